import { afterEach, expect, test } from 'vitest'
import { type AuditCursor, TopicAudit } from '../services/reconciler/audit/topic-audit.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { Registry } from '../services/runtime/registry.ts'
import { sources } from '../services/translator/sources/index.generated.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub } from './hub.ts'
import { newLedger } from './new-ledger.ts'
import { eventually, Route } from './route.ts'
import { differences } from './translated.ts'

// The audit as it runs beside translators that are killed, that are wrong, and beside somebody else who writes.
const open: AsyncDisposable[] = []
afterEach(async () => { for (const it of open.splice(0)) await it[Symbol.asyncDispose]() })

/** A chunk that is done again would be wrong in another way. */
const steady = { HUB_SESSION_MS: '30000' }
interface Audited { readonly hub: TestHub; readonly route: Route; readonly ledger: Ledger; readonly env: { readonly HUB_LEDGER_URL: string } }
async function audited(name: string): Promise<Audited> {
  const hub = testHub(name), route = await Route.provision(hub), env = { HUB_LEDGER_URL: await hub.createDatabase('ledger') }
  await migrate(env.HUB_LEDGER_URL)
  const ledger = openLedger(env.HUB_LEDGER_URL)
  open.push({ async [Symbol.asyncDispose]() { await ledger.$disconnect(); await route[Symbol.asyncDispose]() } })
  return { hub, route, ledger, env }
}
const cursorOf = async (ledger: Ledger) => (await ledger.job.findUnique({ where: { name: 'audit of the topics' } }))?.cursor as unknown as AuditCursor | null | undefined
const readSoFar = async (ledger: Ledger) => Object.values((await cursorOf(ledger))?.counts ?? {}).reduce((sum, { read }) => sum + read, 0)
/** Waits until every record that was sent is through, and the canonical topics were read to their ends. */
const through = ({ route, ledger }: Audited) => eventually(120_000, async () => {
  const cursor = await cursorOf(ledger), sent = [...route.sent.values()].reduce((sum, it) => sum + it.length, 0)
  expect(await readSoFar(ledger)).toBe(sent)
  for (const [lane, { next }] of Object.entries(cursor!.lanes)) {
    const [model, partition] = lane.split('/') as [string, string], end = (await route.admin.topicOffsets(route.names.canonical(model), 'latest'))[Number(partition)]
    expect([lane, next]).toEqual([lane, end])
  }
  return cursor!
})
const found = async (ledger: Ledger) => (await ledger.finding.findMany()).map(({ kind, entity, model }) => `${kind} ${model} ${entity}`).toSorted()

test('20,000 records under restarts and kills of the translator: all are compared, and nothing is found', { timeout: 300_000 }, async () => {
  const it = await audited('audit'), { hub, route, ledger, env } = it
  await hub.start('reconciler', { ...env, HUB_AUDIT_PER_SECOND: '20000' })
  const feeding = route.feed(20_000, { seed: 'audit', bad: 0.01, rate: 2_000 })
  let translator = await hub.start('translator', { HUB_INSTANCE: 'one' })
  for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
    // Killed before it has done anything, again and again, it would suspect its records.
    await translator.ready()
    await new Promise((resolve) => { setTimeout(resolve, 1_000) })
    translator.kill(signal)
    await translator.exited
    translator = await hub.start('translator', { HUB_INSTANCE: 'one' })
  }
  await feeding
  await route.translated(180_000)
  const { counts } = await through(it), sum = (name: 'expected' | 'matched' | 'rejected' | 'earlier' | 'unjudged' | 'gone' | 'late') => Object.values(counts).reduce((total, of) => total + of[name], 0)
  expect(await found(ledger)).toEqual([])
  expect(sum('matched')).toBe(sum('expected'))
  expect(sum('rejected')).toBe(await ledger.rejection.count())
  expect({ earlier: sum('earlier'), unjudged: sum('unjudged'), gone: sum('gone') }).toEqual({ earlier: 0, unjudged: 0, gone: 0 })

  // Beside books that know of no receipt yet it holds no more than it may, whatever lies in the canonical topics; and goes on when they do.
  const behind = await newLedger('behind'), parts = { cluster: route.kafka.control, ledger: behind, names: route.names, registry: new Registry(hub.registryUrl), sources: Object.values(sources), mostHeld: 1_000 }
  await behind.position.createMany({ data: await ledger.position.findMany({ where: { topic: { contains: 'rejected.' } } }) })
  const audit = await TopicAudit.open(parts, null), total = sum('expected'), oneSlice = 2_000
  for (let step = 0; step < 5; step++) expect((await audit.step(20_000)).records).toBe(0)
  expect(audit.held).toBeGreaterThanOrEqual(1_000)
  expect(audit.held).toBeLessThan(1_000 + oneSlice)
  parts.ledger = ledger
  const differing: string[] = []
  await eventually(60_000, async () => {
    const step = await audit.step(20_000)
    differing.push(...step.differences.map(({ kind, entity }) => `${kind} ${entity}`))
    // The programs run compiled, with fingerprints of their own.
    expect([step.done, Object.values(audit.counts).reduce((all, { matched, earlier }) => all + matched + earlier, 0)]).toEqual([true, total])
  })
  expect(differing).toEqual([])
  await behind.$disconnect()

  // Somebody else writes into the topic: a record once more, one for a source record that is not there, and what is no record at all.
  const topic = route.names.canonical('order.v1'), [first, second] = (await readAll(route.kafka.control, topic)).filter(({ record }) => record.value !== null)
  const orphan = Buffer.from(second!.record.value!), at = orphan.indexOf(Buffer.from(route.names.topic('source.')))
  await route.producer().send(topic, [{ key: first!.record.key, value: first!.record.value, headers: first!.record.headers, partition: first!.partition }, { key: 'nobody', value: 'nothing', partition: 3 }])
  orphan[at + orphan.subarray(at).indexOf(0x2e, route.names.topic('source.').length)] = 0x2d
  await route.producer().send(topic, [{ key: second!.record.key, value: orphan, headers: second!.record.headers, partition: second!.partition }])
  await through(it)
  expect(await found(ledger)).toEqual([`topic.doubled order.v1 ${first!.record.key!.toString()}`, 'topic.orphan order.v1 null', 'topic.orphan order.v1 null'])
})

test('a record left out, doubled, altered or turned round by a translator is named once each, though the reconciler is killed at it again and again', { timeout: 300_000 }, async () => {
  const it = await audited('audit-mutated'), { hub, route, ledger, env } = it
  await route.feed(20_000, { seed: 'mutated', bad: 0.01 })
  const wrong = withInstead({ 'services/runtime/kafka/output.js': 'mutating-output.js' }, steady), translator = await hub.start('translator', wrong.env, wrong.options)
  await route.translated()
  const mutated = translator.entries().filter(({ event }) => event === 'test.mutated'), { names } = route
  expect(mutated.map(({ kind }) => kind).toSorted()).toEqual(['topic.altered', 'topic.doubled', 'topic.missing', 'topic.reordered'])
  const slow = { ...env, HUB_AUDIT_PER_SECOND: '200', HUB_INSTANCE: 'reconciler-0' }
  for (let kills = 0; kills < 5; kills++) {
    const reconciler = await hub.start('reconciler', slow), before = await readSoFar(ledger)
    await eventually(60_000, async () => expect(await readSoFar(ledger)).toBeGreaterThan(before))
    reconciler.kill('SIGKILL')
    await reconciler.exited
    // Whoever comes next would wait for the dead one's time to run out.
    await ledger.job.updateMany({ data: { until: new Date(0) } })
  }
  expect(await readSoFar(ledger)).toBeLessThan(20_000)
  await hub.start('reconciler', { ...env, HUB_AUDIT_PER_SECOND: '20000' })
  await through(it)
  const expected = mutated.map(({ kind, topic, entity }) => `${String(kind)} ${String(topic).slice(names.canonical('').length)} ${String(entity)}`).toSorted()
  expect(await found(ledger)).toEqual(expected)
  expect(await ledger.finding.findMany({ where: { kind: 'topic.altered' } })).toMatchObject([{ fields: [{ field: expect.stringMatching(/./) as string, hub: expect.stringMatching(/./) as string, there: expect.stringMatching(/./) as string }] }])
})

test('a translator that leaves out one record in ten thousand is found, with every record that it left out', { timeout: 300_000 }, async () => {
  const it = await audited('audit-skips'), { hub, route, ledger, env } = it
  await route.feed(30_000, { seed: 'skips' })
  const wrong = withInstead({ 'services/runtime/kafka/output.js': 'mutating-output.js' }, { TEST_SKIPS_ONE_IN: '10000' })
  await hub.start('translator', wrong.env, wrong.options)
  await hub.start('reconciler', { ...env, HUB_AUDIT_PER_SECOND: '50000' })
  await route.translated()
  await through(it)
  const { missing, extra, reordered } = await differences(route), left = missing.map((it) => `topic.missing ${it.split(' ')[1]!} ${it.split(' ')[2]!.replace(/@-?\d+$/, '')}`)
  expect([extra, reordered]).toEqual([[], []])
  expect(left.length).toBeGreaterThan(1)
  expect(await found(ledger)).toEqual(left.toSorted())
})
