import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { tally } from '../services/sink/target-desk.ts'
import { delivery, order } from '../services/sink/target-samples.ts'
import { canonicalRecords } from './canonical-records.ts'
import { receiptsAt, rejectionsAt } from './faults/redriving.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub } from './hub.ts'
import { eventually, Route } from './route.ts'

const unit = 'warehouse-postgres', model = 'order.v1'

/** A warehouse with a constraint that somebody has added, and orders on their way to it. */
async function flooded(name: string) {
  const hub = testHub(name), route = await Route.provision(hub), warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  await warehouse.pool.query('alter table orders add constraint no_thirteen check (total <> 13)')
  const records = await Promise.all([0, 1, 2, 3].map((partition) => canonicalRecords(hub, route, model, partition)))
  let sent = 0
  return {
    hub, route, warehouse, env: { ...warehouse.env(), HUB_CHUNK_RECORDS: '50' },
    /** New entities, on four partitions, of which the warehouse refuses every n-th. */
    send: (count: number, nth: number) => route.producer().send(route.names.canonical(model), Array.from({ length: count }, () => sent++).map((n) =>
      records[n % 4]!(delivery(model, { id: `o${n}`, version: 1, offset: n, content: order(`o${n}`, Math.floor(n / 4) % nth === 0 ? '13' : '1') })))),
    rejected: async () => (await rejectionsAt(route, unit)).length,
    tally: async () => tally(await receiptsAt(route, unit)),
    rows: async () => (await warehouse.pool.query('select 1 from orders')).rowCount,
    twice: async () => (await warehouse.pool.query('select 1 from noted group by effect_key having count(*) > 1')).rowCount,
    async [Symbol.asyncDispose]() { await route[Symbol.asyncDispose](); await warehouse[Symbol.asyncDispose]() },
  }
}

test('4 % of a target\'s entities are rejected; a constraint that refuses every tenth makes what comes next wait, and when it is gone all of it is written, once', { timeout: 180_000 }, async () => {
  await using it = await flooded('flood')
  const sink = await it.hub.start('sink', it.env)
  await it.send(1_000, 25)
  await it.warehouse.delivered()
  const few = await it.rejected()
  expect(few).toBe(40)

  await it.send(3_000, 10)
  await sink.logged(/"target\.flood".*"cause":"sqlstate\.23514 on no_thirteen".*"onCall":"[^"]+"/)
  await eventually(30_000, async () => expect(await (await fetch(`${sink.url}/health/ready`)).text()).toMatch(/target\.refuses_many|refused within a minute for sqlstate\.23514 on no_thirteen/))
  const stood = await eventually(30_000, async () => {
    const before = await it.rejected()
    await sleep(1_000)
    expect(await it.rejected()).toBe(before)
    return before
  })
  expect(stood - few).toBeLessThan(100)
  await sleep(12_000)
  expect(await it.rejected()).toBe(stood)
  expect(sink.entries().filter(({ event, msg }) => [event, msg].includes('target.flood')).length).toBe(1)

  await it.warehouse.pool.query('alter table orders drop constraint no_thirteen')
  await it.warehouse.delivered()
  await eventually(30_000, async () => expect((await fetch(`${sink.url}/health/ready`)).ok).toBe(true))
  expect(await it.tally()).toEqual({ read: 4_000, applied: 4_000 - stood, rejected: stood })
  expect([await it.rejected(), await it.rows(), await it.twice()]).toEqual([stood, 4_000 - stood, 0])
})

test('without looking how many entities are refused, every tenth becomes a rejection', { timeout: 120_000 }, async () => {
  await using it = await flooded('no-flood')
  const lenient = withInstead({ 'services/sink/flood.js': 'no-flood.js' }, it.env)
  await it.send(3_000, 10)
  await it.hub.start('sink', lenient.env, lenient.options)
  await it.warehouse.delivered()
  expect(await it.rejected()).toBe(300)
})
