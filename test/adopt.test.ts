import { randomBytes } from 'node:crypto'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Adoptables } from '../services/console/api/adopt.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import type { Sheet } from '../services/console/api/balance.schema.ts'
import type { Pass } from '../services/reconciler/target-audit/audit-model.ts'
import { auditJob, type AuditCursor as TargetCursor } from '../services/reconciler/target-audit/target-auditor.ts'
import type { AuditCursor } from '../services/reconciler/audit/topic-audit.ts'
import { intervalBreaks } from '../services/runtime/ledger/interval-breaks.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import card from '../services/sink/targets/warehouse-postgres/card.ts'
import { sourceNames, sources } from '../services/translator/sources/index.generated.ts'
import { commanding } from './commanding.ts'
import { withInstead } from './faults/stepped.ts'
import { allRight, Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { movedKafka, type PrivateKafka } from './moved-kafka.ts'
import { ordered } from './ordered.ts'
import { privateKafka } from './private-stack.ts'
import { eventually, Route } from './route.ts'
import { differences, none } from './translated.ts'

// Translator, sink, reconciler and console as they run, on a Kafka that is taken away from under them. The tests build on one another.
let kafka: PrivateKafka, hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, env: Record<string, string>
let programs: TestProgram[] = []
const token = randomBytes(16).toString('hex'), unit = card.name
type Commanding = ReturnType<typeof commanding>
let command: Commanding

beforeAll(async () => {
  kafka = await privateKafka()
  hub = testHub('adopt', { brokers: kafka.brokers })
  route = await Route.provision(hub)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const url = await hub.createDatabase('ledger')
  await migrate(url)
  ledger = openLedger(url)
  env = { ...warehouse.env(), HUB_LEDGER_URL: url, HUB_AUDIT_PER_SECOND: '20000', HUB_AUDIT_TARGETS_EVERY_MS: '300', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' }
})
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose](); await warehouse[Symbol.asyncDispose](); await kafka.dispose() })

async function consoleOf(more: Awaited<ReturnType<typeof withInstead>> | null = null): Promise<Commanding> {
  const started = await hub.start('console', { ...env, ...more?.env, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' }, more?.options)
  programs.push(started)
  return commanding((await started.logged(/"console\.listening","url":"([^"]+)"/))[1]!, token)
}
async function start(): Promise<void> {
  for (const name of ['reconciler', 'sink', 'translator']) programs.push(await hub.start(name, env))
  command = await consoleOf()
}
async function stop(these = programs): Promise<void> {
  await Promise.all(these.map((it) => it.stop()))
  programs = programs.filter((it) => !these.includes(it))
}
async function move(internal: boolean): Promise<void> {
  await stop()
  await kafka.stop()
  const former = kafka
  kafka = await movedKafka(former, hub.name, internal)
  await former.dispose()
  await route.kafka.control.refresh()
}
const adoptables = () => command.json<Adoptables>('adopt', '--all', '--dry-run')
const everywhere = async () => ({ positions: await ledger.position.findMany({ orderBy: [{ topic: 'asc' }, { partition: 'asc' }] }), there: (await warehouse.pool.query('select * from hub.position order by topic, partition')).rows, groups: await Promise.all(route.groups.map(async (it) => (await route.admin.groupOffsets(it)).toSorted((a, b) => `${a.topic}/${a.partition}`.localeCompare(`${b.topic}/${b.partition}`)))) })

const everybody = ['books', ...sourceNames, unit].toSorted()
/** Every partition says which topic it remembers: a source's with its redrive, the target's as many as it has positions. */
const everybodyStopped = () => eventually(120_000, async () => {
  const it = await adoptables(), { rows: [positions] } = await warehouse.pool.query<{ n: number }>('select count(*)::int as n from hub.position')
  expect(it.units.map((of) => of.unit).toSorted()).toEqual(everybody)
  for (const { card: { name, partitions } } of Object.values(sources)) expect(it.units.find((of) => of.unit === name)?.partitions).toHaveLength(partitions * 2)
  expect(it.units.find((of) => of.unit === unit)?.partitions).toHaveLength(positions!.n)
  return it
})
const everybodyRuns = () => eventually(120_000, async () => {
  const { units } = await adoptables(), { routes } = await command.json<Status>('status')
  expect([units, routes.filter(({ target }) => target === unit).map(({ state }) => state).filter((it) => it !== 'running')]).toEqual([[], []])
})
const unfit = ({ units }: Adoptables) => units.flatMap(({ partitions }) => partitions.filter(({ fits }) => !fits))

/** Nothing is missing, doubled or reordered on either side, the books join and both audits are through and have found nothing. */
async function everythingAgrees(): Promise<void> {
  await route.translated()
  await warehouse.delivered()
  const proven = await command.said(['verified', '--target', unit, '--at', new Date().toISOString(), '--wait', '--timeout', '90s'])
  expect([proven.exit, proven.err]).toEqual([0, ''])
  const sheet = await command.json<Sheet>('balance', '--target', unit)
  expect([sheet.balanced, ...[...sheet.sources, ...sheet.targets].map(({ remainder }) => remainder)]).toEqual([true, ...[...sheet.sources, ...sheet.targets].map(() => 0)])
  expect(await intervalBreaks(ledger)).toEqual([])
  expect(await differences(route)).toEqual(none)
  expect(await warehouse.differences()).toEqual({ ...allRight, rejections: expect.any(Array) as string[] })
  const sent = [...route.sent.values()].reduce((sum, it) => sum + it.length, 0), since = new Date().toISOString()
  await eventually(120_000, async () => {
    const cursor = (await ledger.job.findUnique({ where: { name: 'audit of the topics' } }))?.cursor as unknown as AuditCursor | null
    expect(Object.values(cursor?.counts ?? {}).reduce((sum, { read }) => sum + read, 0)).toBe(sent)
    const passes = Object.values(((await ledger.job.findUnique({ where: { name: auditJob(unit) } }))?.cursor as unknown as TargetCursor | null)?.passes ?? {}) as readonly Pass[]
    expect(passes.map(({ at, complete, skipped, findings }) => [at >= since, complete, skipped, findings])).toEqual(card.models.map(() => [true, true, null, 0]))
  })
  expect(await ledger.finding.findMany()).toEqual([])
}

test('a Kafka that was moved with its offsets is gone on with when a person says so: nothing is lost, nothing is doubled, and the books join', { timeout: 600_000 }, async () => {
  // A few orders are refused by the warehouse, so that something has to come again.
  await warehouse.pool.query(`alter table orders add constraint odd check (right(entity, 2) <> '77')`)
  await start()
  await route.feed(3_000, { seed: 'adopt', bad: 0.02 })
  await route.translated()
  await warehouse.delivered()
  await eventually(60_000, async () => expect([await ledger.rejection.count({ where: { unit: 'shopify-orders', status: 'open' } }) > 3, await ledger.rejection.count({ where: { unit, status: 'open' } }) > 3]).toEqual([true, true]))
  const selected = (it: object) => ({ ids: null, unit: null, group: null, code: null, entity: null, since: null, until: null, ...it })
  await ordered(hub, route, { act: 'discard', selection: selected({ unit: 'shopify-orders' }) })
  await eventually(60_000, async () => expect(await ledger.rejection.count({ where: { unit: 'shopify-orders', status: 'closed', outcome: 'discarded' } })).toBeGreaterThan(3))
  // What is on its way when Kafka is moved: it was ordered under the old ids.
  const [reconciler, sink, translator] = programs as [TestProgram, TestProgram, TestProgram]
  await stop([sink, translator])
  await warehouse.pool.query('alter table orders drop constraint odd')
  const refused = await ledger.rejection.findMany({ where: { unit, status: 'open' } })
  await ordered(hub, route, { act: 'redrive', selection: selected({ unit }) })
  await eventually(60_000, async () => expect(await ledger.redrive.count({ where: { sent: true, outcome: null } })).toBe(refused.length))
  await stop([reconciler])
  await move(true)

  await start()
  const held = await everywhere()
  const found = await everybodyStopped(), expected = everybody
  const status = await command.said(['status'])
  expect(status.exit).toBe(3)
  expect(status.out).toMatch(/kafka\.topic_recreated[^]*the books[^]*hub\.receipts[^]*npm run hub -- adopt --all --dry-run/)
  for (const name of sourceNames) expect(status.out).toContain(`${name} stopped`)
  expect(unfit(found)).toEqual([])
  expect(await everywhere()).toEqual(held)

  const { exit, out, err } = await command.said(['adopt', '--all', '--reason', 'Kafka is in the new cluster, ticket 4711'])
  expect([exit, err, out]).toEqual([0, '', expect.stringContaining('adopted (done')])
  await everybodyRuns()
  await route.feed(2_000, { seed: 'adopt' })
  await everythingAgrees()
  // What was on its way has arrived: it was not taken for an order about another topic.
  expect((await ledger.redrive.findMany({ where: { rejection: { in: refused.map(({ id }) => id) } } })).map(({ outcome }) => outcome)).toEqual(refused.map(() => expect.stringMatching(/^(applied|superseded|stale|duplicate)$/) as string))

  // Everything bears the id of today, and each unit's act is in the audit, with what was before and after.
  const ids = new Map((await route.admin.listTopics()).map(({ topic, topicId }) => [topic, topicId]))
  for (const { topic, topicId } of [...await ledger.position.findMany(), ...await ledger.span.findMany(), ...await ledger.receipt.findMany()]) expect([topic, topicId]).toEqual([topic, ids.get(topic)])
  const spans = await ledger.span.findMany(), places = spans.map((it) => `${it.stage} ${it.unit} ${it.topic}/${it.partition}`)
  expect(new Set(places).size).toBe(places.length)
  const acts = await ledger.audit.findMany({ where: { act: 'adopt' } })
  expect(acts.map(({ subject, actor, reason }) => `${subject} ${actor} ${reason}`).toSorted()).toEqual(expected.map((it) => `${it} ada Kafka is in the new cluster, ticket 4711`))
  const [first] = found.units.find((of) => of.unit === unit)!.partitions
  expect(acts.find(({ subject }) => subject === unit)).toMatchObject({ before: { [`${first!.topic}/${first!.partition}`]: `${first!.was} at ${first!.position}` }, after: { [`${first!.topic}/${first!.partition}`]: `${first!.now} at ${first!.position}` } })

  // The same orders once more change nothing.
  const before = await everywhere()
  for (const of of found.units) await ordered(hub, route, { act: 'adopt', subject: of.unit, adopt: of.partitions.map(({ topic, partition, was, now, position }) => ({ topic, partition, was, now, position: position! })) }, 2)
  await eventually(60_000, async () => expect(await ledger.audit.count({ where: { act: 'adopt' } })).toBe(2 * acts.length))
  const idsOf = ({ positions, there, groups }: Awaited<ReturnType<typeof everywhere>>) => ({ ids: positions.map(({ topic, topicId, partition }) => `${topic}/${partition} ${topicId}`), there, groups })
  expect(idsOf(await everywhere())).toEqual(idsOf(before))
  await everythingAgrees()
})

test('where committed offsets were not moved, the receipts say where translators go on; offsets that are behind the receipts are refused', { timeout: 400_000 }, async () => {
  const source = 'shopify-orders', topic = route.names.topic(sources[source].card.topic), groupId = route.names.translatorGroup(source)
  // The books are behind when Kafka is moved: what they have not read is part of what is compared.
  await stop(programs.filter(({ name }) => name === 'reconciler'))
  const read = (await ledger.position.findMany({ where: { topic: route.names.receipts } })).reduce((sum, { next }) => sum + Number(next), 0)
  await route.feed(500, { seed: 'adopt' })
  await route.translated()
  await warehouse.delivered()
  expect((await route.admin.topicOffsets(route.names.receipts, 'latest')).reduce((sum, end) => sum + end, 0)).toBeGreaterThan(read + 10)
  const handled = (await route.admin.groupOffsets(groupId)).find((it) => it.topic === topic && it.offset > 1)!
  await move(false)
  const admin = new Kafka({ brokers: [kafka.brokers], logLevel: logLevel.NOTHING }).admin(), set = (offset: number) => admin.setOffsets({ groupId, topic, partitions: [{ partition: handled.partition, offset: `${offset}` }] })
  await admin.connect()
  // As when offsets are copied less often than records.
  await set(handled.offset - 1)
  await start()
  const differing = [[topic, handled.partition, `the position is ${handled.offset - 1}, and receipts account for everything up to ${handled.offset}`]]
  expect(unfit(await everybodyStopped()).map((it) => [it.topic, it.partition, it.checked])).toEqual(differing)
  // The audit was behind, too, and reads the canonical topics to their ends while the sources stand still.
  const auditedTo = async () => Object.entries(((await ledger.job.findUniqueOrThrow({ where: { name: 'audit of the topics' } })).cursor as unknown as AuditCursor).lanes).map(([lane, { next }]) => [lane, next])
  const lanes = async () => Promise.all((await auditedTo()).map(async ([lane]) => { const [model, partition] = String(lane).split('/') as [string, string]; return [lane, (await route.admin.topicOffsets(route.names.canonical(model), 'latest'))[Number(partition)]] }))
  await eventually(60_000, async () => expect(await auditedTo()).toEqual(await lanes()))
  expect((await command.said(['adopt', 'books', '--reason', 'moved once more'])).exit).toBe(0)
  expect(unfit(await adoptables()).map((it) => [it.topic, it.partition, it.checked])).toEqual(differing)
  expect((await command.said(['adopt', source, '--reason', 'moved once more'])).exit).toBe(3)

  await stop(programs.filter(({ name }) => name === 'translator'))
  await set(handled.offset)
  await admin.disconnect()
  programs.push(await hub.start('translator', env))
  await eventually(60_000, async () => expect(unfit(await adoptables())).toEqual([]))
  const { exit, err } = await command.said(['adopt', '--all', '--reason', 'moved once more'])
  expect([exit, err]).toEqual([0, ''])
  await everybodyRuns()
  await route.feed(1_000, { seed: 'adopt' })
  await everythingAgrees()
})

test('a topic that was made anew with other records is refused, with what differs, and stays stopped; with the comparison out it would be taken', { timeout: 300_000 }, async () => {
  const source = 'shopify-orders', topic = route.names.topic(sources[source].card.topic), { partitions } = sources[source].card
  const ends = await route.admin.topicOffsets(topic, 'latest')
  await stop(programs.filter(({ name }) => name === 'translator'))
  await route.admin.deleteTopics([topic])
  await route.admin.ensureTopics([{ topic, partitions }])
  // As many as were handled, and more, so that the position lies among them.
  await route.producer().send(topic, ends.flatMap((end, partition) => Array.from({ length: end + 5 }, (_, n) => ({ key: `${n}`, value: '{}', partition }))))
  programs.push(await hub.start('translator', env))

  const stopped = async (code: string | null) => {
    const { routes } = await command.json<Status>('status'), { translate } = routes.find((it) => it.source === source && it.target === unit)!
    expect(translate.partitions.map((it) => [it.partition, it.state, it.code])).toEqual(ends.map((_, partition) => [partition, code === null ? 'running' : 'stopped', code]))
  }
  const told = await eventually(90_000, async () => {
    await stopped('kafka.topic_recreated')
    const [it] = (await adoptables()).units
    expect([it?.unit, it?.fits]).toEqual([source, false])
    return it!.partitions.filter(({ fits }) => !fits)
  })
  expect(told.filter((it) => it.topic === topic).length).toBeGreaterThan(0)
  expect(told.map(({ checked }) => checked)).toEqual(told.map(() => expect.stringMatching(/^the records at \d+ to \d+ that were handled are of 2\d{3}-.+, those in the topic of 2\d{3}-/) as string))
  for (const args of [[source], ['--all']]) {
    const { exit, out } = await command.said(['adopt', ...args, '--reason', 'it is the same, I think'])
    expect([exit, out]).toEqual([3, expect.stringMatching(/stays stopped: adopt\.refused/)])
  }
  await new Promise((resolve) => { setTimeout(resolve, 3_000) })
  await stopped('kafka.topic_recreated')
  expect(await ledger.audit.count({ where: { act: 'adopt', reason: 'it is the same, I think' } })).toBe(0)
  const positions = async () => (await route.admin.groupOffsets(route.names.translatorGroup(source))).filter((it) => it.topic === topic).map(({ offset }) => offset).toSorted((a, b) => a - b)
  const before = await positions()

  const blind = await consoleOf(withInstead({ 'services/console/adopt/continues.js': 'everything-continues.js' }))
  const taken = await blind.said(['adopt', source, '--reason', 'nobody looks'])
  expect([taken.exit, taken.err]).toEqual([0, ''])
  // What it holds before the position was never handled, and is passed over.
  await eventually(60_000, async () => { await stopped(null); expect(await positions()).not.toEqual(before) })
})
