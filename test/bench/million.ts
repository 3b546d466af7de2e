// The whole hub on this machine: feed → translator → warehouse and CRM → books. Prints rates and memory of each program, and
// fails when a total differs from the manifest. node test/bench/million.ts [--count 1000000] [--no-crm]
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { build } from '../../deploy/local/build.ts'
import { programEnv } from '../../deploy/local/endpoints.ts'
import { makeFeed } from '../../deploy/local/feed/feed.ts'
import { sendFeed } from '../../deploy/local/feed/send.ts'
import { Infrastructure } from '../../deploy/local/infrastructure.ts'
import { stopAll } from '../../deploy/local/process.ts'
import { startProgram } from '../../deploy/local/program.ts'
import { createTopics, registerSchemas, wantedTopics } from '../../deploy/local/provision.ts'
import { Steps } from '../../deploy/local/steps.ts'
import { Admin } from '../../services/runtime/kafka/admin.ts'
import { kafkaConnection } from '../../services/runtime/kafka/connection.ts'
import { Producer } from '../../services/runtime/kafka/producer.ts'
import { migrate } from '../../services/runtime/ledger/migrate.ts'
import { names } from '../../services/runtime/names.ts'
import { targets } from '../../services/sink/targets/index.generated.ts'
import { sources } from '../../services/translator/sources/index.generated.ts'
import { costOf } from './process-cost.ts'
import { totalsDiffer } from './totals.ts'

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' }, 'no-crm': { type: 'boolean', default: false } } })
const count = Number(values.count), hub = names('')
const data = mkdtempSync(join(tmpdir(), 'tributary-million-'))
chmodSync(data, 0o755)

try {
  await build()
  const endpoints = await new Infrastructure(data, {}, new Steps()).start()
  const kafka = kafkaConnection({ brokers: endpoints.kafka.split(','), clientId: 'million' }), admin = new Admin(kafka), wanted = wantedTopics('')
  await migrate(endpoints.ledger)
  await createTopics({ brokers: endpoints.kafka.split(','), clientId: 'million' }, wanted)
  await registerSchemas(endpoints.registry, '', wanted)

  const chosen = targets.filter(({ card }) => !(values['no-crm'] && card.kind === 'api'))
  const start = (program: string, name: string, env: Record<string, string> = {}) =>
    startProgram(program, { name, log: join(data, `${name}.log`), env: { ...programEnv(endpoints), HUB_INSTANCE: name, ...env } })
  const programs = await Promise.all([
    start('translator', 'translator'), ...chosen.map(({ card }) => start('sink', `sink ${card.name}`, { HUB_TARGET: card.name })), start('reconciler', 'reconciler'), start('console', 'console'),
  ])

  // What a unit has behind it, and what it has to reach.
  const handled = async (groups: readonly string[]) => (await Promise.all(groups.map((it) => admin.groupOffsets(it)))).flat().reduce((sum, it) => sum + Math.max(it.offset, 0), 0)
  const ends = async (topics: readonly string[]) => (await Promise.all(topics.map((it) => admin.topicOffsets(it, 'lastStable')))).flat().reduce((sum, it) => sum + it, 0)
  const cards = Object.values(sources).map(({ card }) => card)
  const stages = [
    { name: 'translator', groups: cards.map((it) => hub.translatorGroup(it.name)), topics: cards.map((it) => hub.topic(it.topic)) },
    ...chosen.map(({ card }) => ({ name: `sink ${card.name}`, groups: [hub.sinkGroup(card.name)], topics: card.models.map(hub.canonical) })),
  ]

  const feed = makeFeed({ seed: 'million', bad: 0.005 }), began = performance.now(), seconds = () => (performance.now() - began) / 1000
  let fed = 0
  const feeding = sendFeed({ feed, producer: new Producer(kafka), topic: hub.topic, count, rate: 0 }).then(() => { fed = seconds(); console.log(`fed ${count} records in ${fed.toFixed(1)} s`) })
  const doneAt = new Map<string, number>()
  for (let ticks = 0; doneAt.size < stages.length; ticks++) {
    await sleep(1_000)
    const lines = await Promise.all(stages.map(async ({ name, groups, topics }, i) => {
      const [at, end] = [await handled(groups), await ends(topics)]
      const before = i === 0 ? fed > 0 : doneAt.has('translator')
      if (before && at >= end && !doneAt.has(name)) doneAt.set(name, seconds())
      return `${name} ${at}/${end}`
    }))
    if (ticks % 10 === 0) console.log(`${seconds().toFixed(0)} s: ${lines.join(', ')}`)
  }
  await feeding

  console.log(`\n${'program'.padEnd(26)}${'done after'.padStart(12)}${'records/s'.padStart(12)}${'CPU s'.padStart(9)}${'RSS MB'.padStart(9)}${'peak MB'.padStart(9)}`)
  for (const program of programs) {
    const cost = costOf(program.pid), at = doneAt.get(program.name)
    console.log([program.name.padEnd(26), (at ? `${at.toFixed(1)} s` : '').padStart(12), (at ? (count / at).toFixed(0) : '').padStart(12), ...[cost?.cpuSeconds, cost?.rssMb, cost?.peakRssMb].map((it) => (it ?? NaN).toFixed(0).padStart(9))].join(''))
  }
  const wrong = await totalsDiffer({ manifest: feed.manifest(), endpoints, kafka, targets: chosen.map(({ card }) => card.name) })
  console.log(wrong.length === 0 ? '\nEvery total equals the manifest.' : `\nDIFFERENT:\n  ${wrong.join('\n  ')}`)
  process.exitCode = wrong.length === 0 ? 0 : 1
  await kafka.close()
} finally {
  await stopAll()
  rmSync(data, { recursive: true, force: true })
}
