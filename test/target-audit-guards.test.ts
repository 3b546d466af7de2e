import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelCards } from '../canonical/cards/index.generated.ts'
import type { ModelCard } from '../canonical/model-card.ts'
import { targetRules, type TargetRuleSet } from '../canonical/rules.ts'
import { Registry } from '../services/runtime/registry.ts'
import { auditModel } from '../services/reconciler/target-audit/audit-model.ts'
import { Fold, type Refusals } from '../services/reconciler/target-audit/fold.ts'
import { delivery, order } from '../services/sink/target-samples.ts'
import type { ModelAudit, OpenAudit, Snapshot, Stand } from '../services/sink/targets/audit.ts'
import warehouseAudit from '../services/sink/targets/warehouse-postgres/audit.ts'
import card from '../services/sink/targets/warehouse-postgres/card.ts'
import { RefusedOrders } from './faults/refused-orders.ts'

// What keeps the audit from false alarms, each shown to matter: with it out, there is one. The tests build on one another.
const count = 120, refused = count / 4
let it: RefusedOrders, opened: OpenAudit, topic: string
beforeAll(async () => {
  it = await RefusedOrders.prepare('target-audit-guards', count)
  topic = it.route.names.canonical('order.v1')
  opened = warehouseAudit.open({ url: it.warehouse.env()['HUB_TARGET_WAREHOUSE_POSTGRES_URL'] })!
})
afterAll(async () => { await opened.close(); await it[Symbol.asyncDispose]() })

async function audited(without: (audit: ModelAudit) => Partial<ModelAudit> = () => ({}), refusals: Refusals = new Map(), rules: readonly TargetRuleSet[] = []): Promise<Record<string, number>> {
  const audit = opened.of('order.v1', topic)
  const { found } = await auditModel({
    cluster: it.route.kafka.control, registry: new Registry(it.hub.registryUrl), card: modelCards['order.v1'] as ModelCard, topic, target: card, rules, model: 'order.v1', pace: async () => {}, refusals: async () => refusals, audit: { ...audit, ...without(audit) },
  })
  return Object.fromEntries([...Map.groupBy(found, ({ kind }) => kind)].map(([kind, these]) => [kind, these.length]))
}
/** A snapshot with another stand in it than its own. */
const standing = (stand: (real: Stand) => Stand) => (audit: ModelAudit): Partial<ModelAudit> => ({
  stand: async () => stand(await audit.stand()),
  snapshot: (work) => audit.snapshot((real) => work(Object.create(real, { stand: { value: stand(real.stand) }, buckets: { value: real.buckets.bind(real) }, entities: { value: real.entities.bind(real) }, rows: { value: real.rows.bind(real) }, wrongTotals: { value: real.wrongTotals.bind(real) }, read: { get: () => real.read }, totals: { value: real.totals } }) as Snapshot)),
})

test('what the target has refused is not missing while it is open', async () => {
  expect(await audited()).toEqual({})
  expect(await audited(standing((real) => ({ ...real, open: new Map() })))).toEqual({ 'target.missing': refused })
})

test('rows and positions are of one moment: a stand of an earlier one makes false alarms of what came since', async () => {
  const before = await opened.of('order.v1', topic).stand(), newer = Array.from({ length: 8 }, (_, n) => 2 * n + 1)
  await it.send(newer, 2)
  const sink = await it.hub.start('sink', it.warehouse.env())
  await it.warehouse.delivered()
  await sink.stop()
  expect(await audited()).toEqual({})
  expect(await audited(standing(() => before))).toEqual({ 'target.differs': newer.length })
})

test('what was discarded is owed no more, what the ledger has not settled yet is left out, and what was redriven counts', async () => {
  const rows = await it.warehouse.pool.query<{ partition: number; at: string }>('delete from hub.open_rejection where at_offset = (select min(at_offset) from hub.open_rejection) returning partition, at_offset as at').then((found) => found.rows)
  const known = (as: 'discarded' | 'underway'): Refusals => new Map(rows.map(({ partition, at }) => [`${partition}/${at}`, as]))
  expect(await audited(undefined, known('discarded'))).toEqual({})
  expect(await audited(undefined, known('underway'))).toEqual({})
  expect(await audited()).toEqual({ 'target.missing': rows.length })
  await it.mend()
  const sink = await it.hub.start('sink', it.warehouse.env())
  await it.redrive(await it.rejections())
  await it.settled()
  await sink.stop()
  expect((await it.rows()).size).toBe(count - rows.length)
  expect(await audited(undefined, known('discarded'))).toEqual({})
})

test('what a rule says is unique is looked for, and entities that are alike are named without the values', async () => {
  const unique = (field: 'number' | 'currency', broken: 'warn' | 'reject') => [targetRules('order.v1', { 'one-each': { says: 'Each once.', broken, rule: 'unique', fields: ['meta.source', field] } })]
  const { rows: [same] } = await it.warehouse.pool.query<{ n: string }>('select count(*) as n from (select from orders group by source, currency having count(*) > 1) as g')
  expect(Number(same!.n)).toBeGreaterThan(0)
  const repeated = async (...of: Parameters<typeof unique>) => (await audited(undefined, undefined, unique(...of)))['target.repeated']
  expect(await repeated('currency', 'warn')).toBe(Number(same!.n))
  expect(await repeated('number', 'warn')).toBeUndefined()
  // Kept by a constraint: the audit has nothing to look for.
  expect(await repeated('currency', 'reject')).toBeUndefined()
})

/** A row that somebody has put there: that of another order, under this entity. */
const plant = (entity: string) => it.warehouse.pool.query(`insert into orders select (jsonb_populate_record(null::orders, to_jsonb(o) || jsonb_build_object('entity', $1::text))).* from orders o order by entity limit 1`, [entity])

test('a row is not surplus as long as the target may come to what stands for it', async () => {
  const { entity } = delivery('order.v1', { id: 'o1000', version: 2, offset: 1_000, content: order('o1000', '2') }).meta, ahead = Object.getOwnPropertyDescriptor(Fold.prototype, 'ahead')!
  await plant(entity)
  expect((await audited())['target.surplus']).toBe(1)
  await it.send([1_000], 2)
  expect((await audited())['target.surplus']).toBeUndefined()
  try {
    Fold.prototype.ahead = async () => new Set()
    expect((await audited())['target.surplus']).toBe(1)
  } finally { Object.defineProperty(Fold.prototype, 'ahead', ahead) }
})

test('where the topic does not hold its first records any more, nothing is surplus, and nothing newer is wrong', async () => {
  await plant('by-hand:1')
  const { rows: [raised] } = await it.warehouse.pool.query<{ entity: string }>(`update orders set version = version + 1 where entity = (select max(entity) from orders where revision = 0 and entity <> 'by-hand:1') returning entity`)
  expect(raised).toBeDefined()
  expect(await audited()).toMatchObject({ 'target.surplus': 1, 'target.differs': 1 })
  await it.route.admin.deleteRecords(topic, 0, 1)
  const found = await audited()
  expect([found['target.surplus'], found['target.differs']]).toEqual([undefined, undefined])
})
