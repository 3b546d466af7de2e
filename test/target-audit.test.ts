import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Pass } from '../services/reconciler/target-audit/audit-model.ts'
import { auditJob, type AuditCursor } from '../services/reconciler/target-audit/target-auditor.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import card from '../services/sink/targets/warehouse-postgres/card.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { ordered } from './ordered.ts'
import { eventually, Route } from './route.ts'

// Translator, sink and reconciler as they run, from dist/. The tests build on one another: a feed, then hands in the warehouse, then what mends it.
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, reconciler: TestProgram, sink: TestProgram
beforeAll(async () => {
  hub = testHub('target-audit')
  route = await Route.provision(hub)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  reconciler = await hub.start('reconciler', { ...warehouse.env(), HUB_LEDGER_URL: database, HUB_AUDIT_TARGETS_EVERY_MS: '300', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' })
})
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose](); await warehouse[Symbol.asyncDispose]() })

const passes = async (): Promise<readonly Pass[]> => Object.values(((await ledger.job.findUnique({ where: { name: auditJob(card.name) } }))?.cursor as AuditCursor | null)?.passes ?? {})
/** Every model, looked at twice since. */
async function audited(): Promise<readonly Pass[]> {
  for (let round = 0; round < 2; round++) {
    const since = new Date().toISOString()
    await eventually(120_000, async () => { const now = await passes(); if (now.length < card.models.length || now.some(({ at }) => at < since)) throw new Error(`not audited: ${JSON.stringify(now)}\n${reconciler.logs().slice(-2_000)}`) })
  }
  return passes()
}
const findings = (status?: string) => ledger.finding.findMany({ where: status === undefined ? {} : { status }, orderBy: [{ kind: 'asc' }, { model: 'asc' }, { entity: 'asc' }] })
const run = (sql: string, ...values: unknown[]) => warehouse.pool.query<{ entity: string }>(sql, values).then(({ rows }) => rows.map(({ entity }) => entity))

test('while a feed runs, sinks are killed and chunks are on their way, nothing is claimed', { timeout: 240_000 }, async () => {
  await hub.start('translator')
  sink = await hub.start('sink', warehouse.env())
  const feeding = route.feed(6_000, { seed: 'target-audit', bad: 0.01, rate: 600 })
  for (let kill = 0; kill < 3; kill++) {
    await new Promise((done) => { setTimeout(done, 2_500) })
    sink.kill('SIGKILL')
    sink = await hub.start('sink', warehouse.env())
  }
  await feeding
  await route.translated()
  await warehouse.delivered()
  const all = await audited()
  expect(await findings()).toEqual([])
  expect(all.map(({ complete, skipped, leftOut, differing, findings: found }) => ({ complete, skipped, leftOut, differing, found }))).toEqual(card.models.map(() => ({ complete: true, skipped: null, leftOut: 0, differing: 0, found: 0 })))
  for (const { rows, expected, totals } of all) {
    expect(rows).toBe(expected)
    for (const { hub: ours, there } of Object.values(totals)) expect(there).toBe(ours)
  }
  const count = async (table: string) => Number((await warehouse.pool.query<{ n: string }>(`select count(*) as n from ${table}`)).rows[0]!.n)
  const orders = all.find(({ model }) => model === 'order.v1')!
  expect(Object.keys(orders.totals).length).toBeGreaterThan(2)
  expect(orders.rows).toBeGreaterThan(await count('orders') + await count('order_line'))
  expect(reconciler.entries().filter(({ event }) => event === 'target.audit_failed').map(({ target, event }) => `${target as string} ${event as string}`)).toEqual([])
})

test('what hands did in the warehouse is found and named, each once; what is mended is gone', { timeout: 240_000 }, async () => {
  const tables = ['orders', 'order_line', 'customers', 'products', 'payments', 'payment_total', 'hub.tombstone']
  for (const table of tables) await warehouse.pool.query(`create table "saved ${table}" as select * from ${table}`)
  const some = await run(`select entity from orders o where (select count(*) from order_line l where l.entity = o.entity) > 0 order by entity limit 8`)
  const [deleted, ninth, stale, plus, minus, childless, childful, both] = some as [string, string, string, string, string, string, string, string]
  const [edited, renamed] = await run('select entity from customers order by entity limit 2') as [string, string]
  const [payment] = await run('select entity from payments where customer is not null order by entity limit 1') as [string]
  const [buried] = await run(`select entity from hub.tombstone where model = 'product.v1' order by entity limit 1`)
  await run('delete from orders where entity = $1', deleted)
  await run('update orders set total = total + 0.000000001 where entity = $1', ninth)
  await run(`update orders set version = version - 1, effect_key = 'an older one', status = 'FAILED' where entity = $1`, stale)
  await run('update orders set total = total + 5 where entity = $1', plus)
  await run('update orders set total = total - 5 where entity = $1', minus)
  await run('delete from order_line where entity = $1 and position = 0', childless)
  await run(`insert into order_line select entity, 999, id, product, variant, sku, title, quantity, unit_price, discount, total, shippable from order_line where entity = $1 and position = 0`, childful)
  await run(`update orders set tax = tax + 1, note = 'by hand', test = not test where entity = $1`, both)
  await run(`update customers set email = 'somebody@else.example' where entity = $1`, edited)
  await run(`update customers set entity = entity || 'x' where entity = $1`, renamed)
  await run(`insert into products (entity, effect_key, version, revision, origin_topic, origin_partition, origin_offset, id, title, tags) values ('by-hand:1', 'k', 1, 0, 't', 0, 0, '1', 'x', '{}')`)
  await run('delete from payments where entity = $1', payment)
  const { rows: [total] } = await warehouse.pool.query<{ customer: string; currency: string }>('update payment_total set total = total + 1 where (customer, currency) = (select customer, currency from payment_total t where not exists (select from "saved payments" p where p.entity = $1 and p.customer = t.customer) order by 1, 2 limit 1) returning customer, currency', [payment])
  if (buried !== undefined) await run('delete from hub.tombstone where entity = $1', buried)

  await audited()
  const found = (await findings('open')).map(({ kind, entity, fields }) => `${kind} ${entity} ${(fields as { field: string; hub: string; there: string }[]).map((it) => it.field).sort().join()}`)
  expect(found.sort()).toEqual([
    `target.missing ${deleted} orders`, `target.differs ${ninth} totals.total`, `target.stale ${stale} meta.effectKey,meta.version,status`, `target.differs ${plus} totals.total`, `target.differs ${minus} totals.total`,
    `target.missing ${childless} order_line 0`, `target.surplus ${childful} order_line 999`, `target.differs ${both} note,test,totals.tax`, `target.differs ${edited} email`, `target.missing ${renamed} customers`, `target.surplus ${renamed}x customers`,
    'target.surplus by-hand:1 products', `target.missing ${payment} payments`, 'target.differs null total', ...(buried === undefined ? [] : [`target.missing ${buried} hub.tombstone`]),
  ].sort())
  expect(total).toBeDefined()
  const [shown] = await findings('open').then((all) => all.filter(({ entity }) => entity === both))
  expect(shown!.fields).toEqual(expect.arrayContaining([{ field: 'note', hub: expect.stringMatching(/^(null|\d+ characters)$/), there: '7 characters' }, { field: 'test', hub: expect.stringMatching(/^(true|false)$/), there: expect.stringMatching(/^(true|false)$/) }]))
  expect(JSON.stringify(await findings()) + reconciler.logs()).not.toContain('somebody@else')
  expect(shown!.decides).toBe('ask: Reporting decides.')
  const told = reconciler.entries().filter(({ event }) => event === 'target.audited').reduce((sum, it) => sum + (it['told'] as number), 0)
  expect(told).toBe(found.length)

  for (const table of tables) await warehouse.pool.query(`truncate ${table}; insert into ${table} select * from "saved ${table}"`)
  await audited()
  expect((await findings()).map(({ status }) => status)).toEqual(found.map(() => 'gone'))
})

test('an audit that a person asks for is done and answered; of a target that nobody was told of it is refused', async () => {
  const [done, refused, strange] = await Promise.all(['warehouse-postgres payment.v1', 'crm-http', 'warehouse-postgres order.v9'].map((subject) => ordered(hub, route, { act: 'audit-target', subject })))
  await eventually(60_000, async () => {
    const all = new Map((await ledger.command.findMany()).map((it) => [it.id, it]))
    expect(all.get(done!)).toMatchObject({ status: 'done', detail: expect.stringMatching(/^payment\.v1: [1-9]\d* rows compared, 0 of \d+ buckets differ, 0 rows read to find out, .* 0 findings$/) })
    expect(all.get(refused!)).toMatchObject({ status: 'refused', detail: expect.stringContaining('not told where crm-http is') })
    expect(all.get(strange!)).toMatchObject({ status: 'refused', detail: expect.stringContaining('holds no order.v9') })
  })
})

test('a sink that acknowledges what it does not write is found by the audit, entity by entity, though the books balance', { timeout: 240_000 }, async () => {
  await sink.stop()
  const before = new Set((await findings()).map(({ id }) => id)), forgetful = withInstead({ 'services/sink/targets/warehouse-postgres/writer.js': 'forgetful-writer.js' }, warehouse.env())
  sink = await hub.start('sink', forgetful.env, forgetful.options)
  await route.feed(2_000, { seed: 'target-audit' })
  await route.translated()
  await warehouse.delivered()
  await audited()
  const rows = (await warehouse.differences()).rows.map((it) => /order\.v1 (\S+)@/.exec(it)![1]!), found = (await findings('open')).filter(({ id }) => !before.has(id))
  expect(new Set(rows).size).toBeGreaterThan(5)
  expect(new Set(found.map(({ entity }) => entity))).toEqual(new Set(rows))
  expect(found.filter(({ kind }) => kind !== 'target.missing' && kind !== 'target.stale')).toEqual([])
  expect(await ledger.unbalanced.count({ where: { told: { not: null } } })).toBe(0)
})
