import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Findings } from '../services/console/api/findings.schema.ts'
import type { Sheet } from '../services/console/api/balance.schema.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import { Registry } from '../services/runtime/registry.ts'
import { StateReader, type ReadState } from '../services/reconciler/target-audit/read-state.ts'
import { auditJob, type AuditCursor } from '../services/reconciler/target-audit/target-auditor.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { verifiedThrough } from '../services/runtime/verified.ts'
import card from '../services/sink/targets/warehouse-postgres/card.ts'
import mapping from '../services/sink/targets/warehouse-postgres/mapping.ts'
import { commanding } from './commanding.ts'
import { Crm } from './faults/crm.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// A hub with a history and one target; then a second one is started, in whose tables somebody has been before. All programs as they run; the tests build on one another.
const token = randomBytes(16).toString('hex'), seed = { seed: 'new-target', bad: 0.02 }, shop = 'shopify-orders'
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, crm: Crm, url: string
const said = (line: string, ...more: string[]) => commanding(url, token).said([...line.split(' '), ...more])
const json = <T>(line: string, ...more: string[]) => commanding(url, token).json<T>(...line.split(' '), ...more)
const now = () => new Date().toISOString()
const through = async (target: string) => verifiedThrough(await ledger.verified.findMany({ where: { target } })) ?? 0
const balanceFindings = () => ledger.finding.findMany({ where: { kind: { startsWith: 'balance.' } } })

/** Translates so many records more, with the mapping of that time. */
async function feed(count: number, { env, options }: Partial<ReturnType<typeof withInstead>> = {}): Promise<void> {
  const translator = await hub.start('translator', env, options)
  await route.feed(count, seed)
  await route.translated()
  await translator.stop()
}

beforeAll(async () => {
  hub = testHub('new-target')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  crm = await Crm.start(hub, route, await hub.createDatabase('crm'))
  url = (await (await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { ...warehouse.env(), ...crm.env(), HUB_LEDGER_URL: database, HUB_AUDIT_TARGETS_EVERY_MS: '300', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' })
  await hub.start('sink', crm.env())
  await feed(500, withInstead({ 'canonical/source.js': 'wrong-source.js', 'services/translator/breaker.js': 'no-breaker.js' }))
  await feed(400, withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' }))
  await hub.start('translator')
  await route.feed(400, seed)
  await route.translated()
  // What people did about it: the refused goes through, the wrong is published again.
  await eventually(60_000, async () => expect((await json<CommandState>(`redrive --unit ${shop} --reason`, 'the statuses are agreed now')).outcomes['mapped']).toBeGreaterThan(10))
  expect((await json<CommandState>(`remap ${shop} --reason`, 'channel was wrong')).outcomes['republished']).toBeGreaterThan(10)
  await crm.delivered()
  expect((await said(`verified --target crm-http --at ${now()} --wait --timeout 60s`)).exit).toBe(0)
}, 300_000)
afterAll(async () => { await ledger.$disconnect(); await Promise.all([warehouse[Symbol.asyncDispose](), crm[Symbol.asyncDispose]()]); await route[Symbol.asyncDispose]() })

/** By entity: the newest state that the topic of a model holds. */
async function newest(model: (typeof card.models)[number]): Promise<Map<string, ReadState>> {
  const states = await new StateReader(model, new Registry(hub.registryUrl)).read((await readAll(route.kafka.control, route.names.canonical(model))).map(({ record }) => record)), held = new Map<string, ReadState>()
  for (const it of states) {
    const before = it === null ? undefined : held.get(it.entity), order = it === null || before === undefined ? 1 : it.version - before.version || it.revision - before.revision || it.origin.offset - before.origin.offset
    if (it !== null && order > 0) held.set(it.entity, it)
  }
  return held
}
/** The three that somebody has put there: nobody stands for it, it is another one, it is no more. And one that is older than what the hub knows. */
const planted = { unknown: 'by-hand:1', real: '', deleted: '', older: '' }

test('a new target reads everything from the start and is proven, without an alarm on the way and without holding up the other', { timeout: 240_000 }, async () => {
  const customers = [...await newest('customer.v1')].toSorted(([a], [b]) => (a < b ? -1 : 1)), alive = customers.filter(([, { content }]) => content !== null), buried = customers.find(([, { content }]) => content === null)
  expect([...(await newest('order.v1')).values()].some(({ revision }) => revision > 0)).toBe(true)
  Object.assign(planted, { real: alive[0]![0], older: alive[1]![0], deleted: buried![0] })
  for (const [entity, version] of [[planted.unknown, 1], [planted.real, alive[0]![1].version + 1], [planted.deleted, buried![1].version + 1], [planted.older, alive[1]![1].version - 1]] as const) {
    await warehouse.pool.query(`insert into customers (entity, effect_key, version, revision, origin_topic, origin_partition, origin_offset, id, full_name, tags) values ($1, 'by hand', $2, 0, 't', 0, 0, '1', 'put there by hand', '{}')`, [entity, version])
  }
  const status = await json<Status>('status')
  expect(status.targets.find(({ target }) => target === card.name)).toMatchObject({ held: { why: 'deliver' } })
  expect((await said(`verified --target ${card.name} --at ${now()}`)).exit).toBe(3)

  // In small chunks, so that there is a way to look at.
  await hub.start('sink', { ...warehouse.env(), HUB_CHUNK_RECORDS: '20' })
  const goal = now()
  let other = await through('crm-http')
  for (const until = Date.now() + 120_000; await through(card.name) < Date.parse(goal);) {
    const seen = await through('crm-http')
    expect(seen).toBeGreaterThanOrEqual(other)
    other = seen
    expect(await balanceFindings()).toEqual([])
    if (Date.now() > until) throw new Error(`${card.name} is proven up to ${new Date(await through(card.name)).toISOString()}`)
    await sleep(200)
  }
  expect((await said(`verified --target ${card.name} --at ${goal}`)).exit).toBe(0)
  await warehouse.delivered()
  expect(await balanceFindings()).toEqual([])
})

test('books, rows and totals are exact: what was emitted is what it has read, redriven and raised records included', { timeout: 120_000 }, async () => {
  await eventually(60_000, async () => expect((await said(`balance --target ${card.name}`)).exit).toBe(0))
  const sheet = await json<Sheet>('balance'), of = (target: string) => sheet.targets.filter((it) => it.target === target)
  expect(of(card.name).flatMap(({ totals }) => totals).filter(({ emitted, target }) => emitted !== target)).toEqual([])
  // Both targets were given the same.
  const crmModels = new Set(of('crm-http').map(({ model }) => model)), given = (target: string) => of(target).filter(({ model }) => crmModels.has(model)).map(({ source, model, emitted, read }) => [source, model, emitted, read])
  expect(given(card.name)).toEqual(given('crm-http'))
  for (const model of card.models) {
    const records = await readAll(route.kafka.control, route.names.canonical(model))
    expect([model, of(card.name).filter((it) => it.model === model).reduce((sum, { read }) => sum + read, 0)]).toEqual([model, records.length])
    const { rows: [rows] } = await warehouse.pool.query<{ n: string }>(`select count(*) as n from ${mapping.find((it) => it.model === model)!.table}`), alive = [...(await newest(model)).values()].filter(({ content }) => content !== null).length
    // The one that nobody stands for, and the one that is no more.
    expect([model, Number(rows!.n)]).toEqual([model, alive + (model === 'customer.v1' ? 2 : 0)])
  }
  expect((await json<Status>('status')).books).toMatchObject({ gaps: 0, overlaps: 0 })
})

test('an audit names the rows that somebody has put there, each by what it is, and nothing else', { timeout: 120_000 }, async () => {
  const since = now()
  await eventually(60_000, async () => {
    const { passes } = (await ledger.job.findUniqueOrThrow({ where: { name: auditJob(card.name) } })).cursor as unknown as AuditCursor
    expect(card.models.map((model) => [model, (passes[model]?.at ?? '') > since, passes[model]?.complete])).toEqual(card.models.map((model) => [model, true, true]))
  })
  const { findings } = await json<Findings>(`findings list --unit ${card.name} --kind target`)
  expect(findings.map(({ kind, entity }) => `${kind} ${entity}`).toSorted()).toEqual([`target.differs ${planted.real}`, `target.surplus ${planted.deleted}`, `target.surplus ${planted.unknown}`].toSorted())
  // On the way nothing was said of what the target had not come to yet.
  const everTold = await ledger.finding.findMany({ where: { unit: card.name } }), strange = everTold.filter(({ kind, entity }) => ![planted.real, planted.deleted, planted.unknown].includes(entity ?? '') || (kind === 'target.surplus' && entity === planted.real))
  expect(strange.map(({ kind, entity, says }) => ({ kind, entity, says }))).toEqual([])
  expect(await ledger.finding.count({ where: { unit: 'crm-http' } })).toBe(0)
})
