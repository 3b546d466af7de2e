import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding, Findings } from '../services/console/api/findings.schema.ts'
import type { Sheet, Verified } from '../services/console/api/balance.schema.ts'
import type { Lost } from '../services/console/api/lost.schema.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import { auditJob, type AuditCursor } from '../services/reconciler/target-audit/target-auditor.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { commanding } from './commanding.ts'
import { Crm } from './faults/crm.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub } from './hub.ts'
import { ordered } from './ordered.ts'
import { eventually, Route } from './route.ts'

// Two targets are away while canonical records are deleted that they have not read. All programs as they run; the tests build on one another.
type Range = Omit<Lost['lost'][number], 'at'>
const units = ['warehouse-postgres', 'crm-http'] as const, token = randomBytes(16).toString('hex'), cutOff = [0, 1]
const seed = { seed: 'bootstrap', sources: ['shopify-orders', 'woocommerce-orders'] as const }
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, crm: Crm, url: string, topic: string
const pools = new Map<string, pg.Pool>(), lost = new Map<string, Range[]>(), neverArrive = new Map<string, number>()

const said = (line: string, ...more: string[]) => commanding(url, token).said([...line.split(' '), ...more])
const json = <T>(line: string, ...more: string[]) => commanding(url, token).json<T>(...line.split(' '), ...more)
async function positions(unit: string): Promise<number[]> {
  const { rows } = await pools.get(unit)!.query<{ next: string }>('select next from hub.position where topic = $1 order by partition', [topic])
  return rows.map(({ next }) => Number(next))
}
const stopped = (unit: string) => ledger.unitState.findMany({ where: { unit, state: 'stopped' }, orderBy: { partition: 'asc' }, select: { topic: true, partition: true, code: true, lost: true } })
const delivered = () => Promise.all([warehouse.delivered(), crm.delivered()])

beforeAll(async () => {
  hub = testHub('bootstrap')
  route = await Route.provision(hub)
  topic = route.names.canonical('order.v1')
  const [database, rows, state] = [await hub.createDatabase('ledger'), await hub.createDatabase('warehouse'), await hub.createDatabase('crm')]
  await migrate(database)
  ledger = openLedger(database)
  warehouse = await Warehouse.open(route, rows)
  crm = await Crm.start(hub, route, state)
  for (const [unit, at] of [['warehouse-postgres', rows], ['crm-http', state]] as const) pools.set(unit, new pg.Pool({ connectionString: at, max: 1 }))
  url = (await (await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { ...crm.env(), ...warehouse.env(), HUB_LEDGER_URL: database, HUB_AUDIT_TARGETS_EVERY_MS: '500', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' })
  await hub.start('translator')
  const sinks = [await hub.start('sink', warehouse.env()), await hub.start('sink', crm.env())]
  await route.feed(600, seed)
  await route.translated()
  await delivered()
  await Promise.all(sinks.map((it) => it.stop()))
  await route.feed(900, seed)
  await route.translated()

  const ends = await route.admin.topicOffsets(topic, 'latest'), records = await readAll(route.kafka.control, topic), topicId = (await route.kafka.control.mustKnow(topic)).id
  const cuts = new Map<number, number>()
  for (const unit of units) {
    const at = await positions(unit), ranges = cutOff.map((partition) => ({ topic, topicId, partition, from: at[partition]!, to: cuts.get(partition) ?? Math.floor((at[partition]! + ends[partition]!) / 2) }))
    for (const { partition, to } of ranges) cuts.set(partition, to)
    lost.set(unit, ranges)
    neverArrive.set(unit, records.filter(({ partition, record: { offset } }) => ranges.some((it) => it.partition === partition && offset >= it.from && offset < it.to)).length)
  }
  for (const [partition, before] of cuts) await route.admin.deleteRecords(topic, partition, before)
  await hub.start('sink', warehouse.env())
  await hub.start('sink', crm.env())
}, 240_000)
afterAll(async () => {
  await Promise.all([ledger.$disconnect(), ...[...pools.values()].map((it) => it.end())])
  await Promise.all([warehouse[Symbol.asyncDispose](), crm[Symbol.asyncDispose]()])
  await route[Symbol.asyncDispose]()
})

test('a target stops before records that are gone and says which; without an order, or with one about anything else, it stays there', { timeout: 120_000 }, async () => {
  for (const unit of units) {
    expect(neverArrive.get(unit)).toBeGreaterThan(20)
    await eventually(60_000, async () => expect(await stopped(unit)).toEqual(lost.get(unit)!.map((range) => ({ topic, partition: range.partition, code: 'kafka.range_lost', lost: range }))))
  }
  const unit = units[0], before = await positions(unit), [range] = lost.get(unit)!
  const { lost: named, command } = await json<Lost & { command: unknown }>(`bootstrap ${unit} --dry-run`)
  expect([named.map(({ at: _, ...it }) => it), command, await ledger.command.count()]).toEqual([lost.get(unit), null, 0])
  expect((await said(`bootstrap ${unit} --dry-run`)).out).toContain('Nothing was ordered.')
  expect((await json<Lost>(`bootstrap ${unit} --topic customer.v1 --dry-run`)).lost).toEqual([])
  expect(await said(`bootstrap ${unit}`)).toMatchObject({ exit: 2, err: expect.stringContaining('--reason') as string })
  expect((await said('bootstrap nowhere --reason', 'a test of ours')).err).toContain('command.unknown')

  const others: Range[] = [
    { ...range!, from: range!.from + 1 }, { ...range!, from: range!.from - 1 }, { ...range!, to: range!.to + 1 }, { ...range!, topicId: '0'.repeat(range!.topicId.length) }, { ...range!, partition: 2 }, { ...range!, topic: route.names.canonical('customer.v1') },
  ]
  const wrong = await Promise.all([...others.map((it) => ordered(hub, route, { act: 'bootstrap', subject: unit, offsets: [it] })), ordered(hub, route, { act: 'bootstrap', subject: 'nobody', offsets: [range!] })])
  await eventually(30_000, async () => expect(await ledger.command.count({ where: { id: { in: wrong } } })).toBe(wrong.length))
  await sleep(3_000)
  expect((await positions(unit)).filter((_, partition) => cutOff.includes(partition))).toEqual(before.filter((_, partition) => cutOff.includes(partition)))
  expect(await stopped(unit)).toHaveLength(cutOff.length)
  expect(await ledger.passedOver.count()).toBe(0)
  for (const id of wrong.slice(0, -1)) expect((await json<CommandState>(`cancel ${id} --reason`, 'it was a test')).status).toBe('done')
  expect((await ledger.command.findMany({ where: { id: { in: wrong } } })).map(({ status }) => status).toSorted()).toEqual([...others.map(() => 'cancelled'), 'refused'])
})

test('a person has it go on behind exactly that: for this target alone, once, under its fence, with receipts that join', { timeout: 120_000 }, async () => {
  const orders = new Map<string, string>()
  for (const unit of units) {
    const { exit, out } = await said(`bootstrap ${unit} --topic canonical.order.v1 --json --reason`, 'it was away for three weeks, agreed with its owner'), { command } = JSON.parse(out) as { command: CommandState }
    expect({ exit, status: command.status, detail: command.detail }).toEqual({ exit: 0, status: 'done', detail: expect.stringMatching(/goes on behind \d+ offsets of 2 partitions/) as string })
    orders.set(unit, command.id)
    if (unit === units[0]) expect(await stopped(units[1])).toHaveLength(cutOff.length)
  }
  await delivered()
  const passed = async () => (await ledger.passedOver.findMany({ orderBy: [{ target: 'desc' }, { partition: 'asc' }] })).map(({ target, partition, from, next, command }) => ({ target, partition, from: Number(from), next: Number(next), command }))
  const wanted = units.flatMap((target) => lost.get(target)!.map(({ partition, from, to }) => ({ target, partition, from, next: to, command: orders.get(target)! })))
  expect(await passed()).toEqual(wanted)
  for (const unit of units) expect(await ledger.audit.findMany({ where: { act: 'bootstrap', subject: unit, NOT: { actor: 'test' } } })).toMatchObject([{
    actor: 'ada', before: { command: orders.get(unit), ...Object.fromEntries(lost.get(unit)!.map(({ partition, from }) => [`${topic}/${partition}`, from])) }, after: Object.fromEntries(lost.get(unit)!.map(({ partition, to }) => [`${topic}/${partition}`, to])),
  }])

  const ends = await route.admin.topicOffsets(topic, 'latest'), again = { act: 'bootstrap', subject: units[0], offsets: lost.get(units[0])! }
  await ordered(hub, route, { ...again, id: orders.get(units[0])! }, 2)
  const copy = await ordered(hub, route, again)
  await eventually(30_000, async () => expect(await ledger.command.count({ where: { id: copy } })).toBe(1))
  await sleep(3_000)
  expect(await Promise.all(units.map(positions))).toEqual(units.map(() => ends))
  expect(await passed()).toEqual(wanted)
  // A receipt for the range too: the books have no break, neither now nor later.
  for (const unit of units) for (const partition of cutOff) {
    await eventually(30_000, async () => expect((await ledger.span.findMany({ where: { unit, topic, partition } })).map(({ from, next }) => [Number(from), Number(next)])).toEqual([[0, ends[partition]]]))
  }
  expect((await json<Status>('status')).books).toMatchObject({ gaps: 0, overlaps: 0 })
})

const arrivedLess = ({ fields }: Pick<Finding, 'fields'>) => fields.filter(({ field }) => field === 'arrived: count').reduce((sum, { hub: ours, there }) => sum + Number(ours) - Number(there), 0)
async function told(unit: string): Promise<Finding[]> {
  const { findings } = await json<Findings>(`findings list --unit ${unit} --kind balance`)
  return Promise.all(findings.map(({ id }) => json<Finding>(`findings show ${id}`)))
}
const now = () => new Date().toISOString()

test('what never arrived is named and counted; the gate stays shut until a person accepts it, and stays open for what comes then', { timeout: 180_000 }, async () => {
  for (const unit of units) {
    const all = await eventually(60_000, async () => { const these = await told(unit); expect(these.reduce((sum, it) => sum + arrivedLess(it), 0)).toBe(neverArrive.get(unit)); return these })
    for (const it of all) expect(it).toMatchObject({ kind: 'balance.target', model: 'order.v1', says: expect.stringMatching(/: \d+ never arrived\. .* went on behind \S+\/0 from \d+ to \d+ by order/) as string })
  }
  const [unit, other] = units
  await eventually(30_000, async () => {
    const { exit, out } = await said(`verified --target ${unit} --json --at ${now()}`)
    expect(exit).toBe(3)
    expect((JSON.parse(out) as Verified).targets[0]!.held.map(({ why }) => why)).toContain('difference')
  })
  for (const { id } of await told(unit)) expect((await said(`findings accept ${id} --reason`, 'the steward knows that they are lost')).exit).toBe(0)
  const open = await said(`verified --target ${unit} --json --at ${now()} --wait --timeout 60s`)
  expect([open.exit, (JSON.parse(open.out) as Verified).targets[0]!.accepted]).toEqual([0, neverArrive.get(unit)])
  expect((await said(`verified --target ${unit}`)).out).toContain(`${neverArrive.get(unit)} records never arrived, which was accepted`)
  const { exit, out } = await said(`balance --target ${unit} --json`), sheet = JSON.parse(out) as Sheet
  expect({ exit, balanced: sheet.balanced, accepted: sheet.targets.reduce((sum, it) => sum + it.accepted, 0), remainder: sheet.targets.filter(({ remainder, settled }) => remainder !== 0 || settled !== 'balanced') })
    .toEqual({ exit: 0, balanced: true, accepted: neverArrive.get(unit), remainder: [] })
  expect((await said(`verified --target ${other} --at ${now()}`)).exit).toBe(3)

  // The same blocks go on: what was accepted stays as it is, and what comes is proven.
  await route.feed(200, seed)
  await route.translated()
  await delivered()
  expect((await said(`verified --target ${unit} --at ${now()} --wait --timeout 60s`)).exit).toBe(0)
  expect(await told(unit)).toEqual([])
  expect((await ledger.finding.findMany({ where: { unit, kind: 'balance.target' } })).map(({ status }) => status)).toEqual((await ledger.finding.findMany({ where: { unit, kind: 'balance.target' } })).map(() => 'accepted'))
})

test('an audit of the targets agrees wherever the topic holds the newest state, and calls nothing surplus that it knows no more', { timeout: 120_000 }, async () => {
  for (const unit of units) {
    const since = now()
    const pass = await eventually(60_000, async () => {
      const found = ((await ledger.job.findUniqueOrThrow({ where: { name: auditJob(unit) } })).cursor as unknown as AuditCursor).passes['order.v1']!
      expect(found.at > since).toBe(true)
      return found
    })
    expect((await ledger.finding.findMany({ where: { kind: { startsWith: 'target.' } } })).map(({ kind, entity, fields }) => ({ kind, entity, fields }))).toEqual([])
    expect(pass).toMatchObject({ complete: true, skipped: null, findings: 0 })
    expect(pass.rows).toBeGreaterThan(pass.expected)
  }
  expect(await ledger.finding.count({ where: { kind: { startsWith: 'target.' } } })).toBe(0)
})
