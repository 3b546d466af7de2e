import { setTimeout as sleep } from 'node:timers/promises'
import { makeFeed } from '../../../deploy/local/feed/feed.ts'
import { sendFeed } from '../../../deploy/local/feed/send.ts'
import { Producer } from '../../../services/runtime/kafka/producer.ts'
import { targets } from '../../../services/sink/targets/index.generated.ts'
import { sources } from '../../../services/translator/sources/index.generated.ts'
import type { Bench, Task } from '../bench.ts'
import { figureOf } from '../measure/figure.ts'
import { Observed } from '../measure/observed.ts'
import { Ledger } from '../measure/ledger.ts'
import { treeCost } from '../measure/process-tree.ts'
import { totalsDiffer } from '../measure/totals.ts'
import { hub } from '../stack/hub-topics.ts'
import { startWholeHub } from '../stack/whole-hub.ts'

/** The feed through the whole hub: translator, every target, the books. Fails when a total differs from the feed's manifest. */
export const million: Task = async (bench: Bench) => {
  const { stack, options: { records }, say } = bench, { endpoints, programs } = await startWholeHub(stack)
  const observed = new Observed(stack.watched(programs)), feed = makeFeed({ seed: 'million', bad: 0.005 })
  const began = performance.now(), seconds = () => (performance.now() - began) / 1000
  let fed = false
  const feeding = sendFeed({ feed, producer: new Producer(stack.kafka), topic: hub.topic, count: records, rate: 0 }).then(() => { fed = true; say(`  fed after ${seconds().toFixed(0)} s`) })

  // What has to be read, and who has read it so far.
  const cards = Object.values(sources).map(({ card }) => card)
  const stages = [
    { name: 'translator', groups: cards.map((it) => hub.translatorGroup(it.name)), topics: cards.map((it) => hub.topic(it.topic)) },
    ...targets.map(({ card }) => ({ name: `sink-${card.name}`, groups: [hub.sinkGroup(card.name)], topics: card.models.map(hub.canonical) })),
  ]
  const doneAt = new Map<string, number>()
  while (doneAt.size < stages.length) {
    await Promise.race([sleep(1_000), feeding.then(() => sleep(1_000))])
    programs.forEach((it) => { stack.mustRun(it) })
    for (const [at, { name, groups, topics }] of stages.entries()) {
      const handled = await stack.handled(groups), end = (await Promise.all(topics.map((it) => stack.end(it)))).reduce((sum, it) => sum + it, 0)
      if ((at === 0 ? fed : doneAt.has('translator')) && handled >= end && !doneAt.has(name)) { doneAt.set(name, seconds()); say(`  ${name} is through after ${seconds().toFixed(0)} s`) }
      if (at === 0) bench.tick(handled, records)
    }
  }
  await feeding
  const ledger = new Ledger(endpoints.ledger)
  const verifiedAt = await ledger.verified(Date.now()).then(seconds)
  say(`  verified after ${verifiedAt.toFixed(0)} s`)
  const { foreignCores, trace } = observed.stop(records)
  const costs = Object.fromEntries(programs.flatMap(({ name, pid }) => { const it = treeCost([pid]); return [[`${name}_cpu_s_per_million`, it.cpuSeconds / records * 1e6], [`${name}_rss_peak_mb`, it.peakRssMb]] }))
  const done = Object.fromEntries([...doneAt].map(([name, at]) => [`${name}_through_after_s`, at]))
  const rows = Object.fromEntries(Object.entries(await ledger.rows()).map(([table, count]) => [`ledger_${table}_rows_per_million`, count / records * 1e6]))
  await ledger.close()
  bench.figure(figureOf({ task: 'million', contestant: 'ours', records, guarantee: 'exactly once; every total compared with the manifest' }, [{ values: { ...done, verified_after_s: verifiedAt, ...costs, ...rows }, foreignCores, trace }]))

  const wrong = await totalsDiffer({ manifest: feed.manifest(), endpoints, kafka: stack.kafka, targets: targets.map(({ card }) => card.name) })
  if (wrong.length > 0) throw new Error(`totals differ from the manifest:\n  ${wrong.join('\n  ')}`)
  say('every total equals the manifest')
  return {}
}
