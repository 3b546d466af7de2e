import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../deploy/local/ports.ts'
import { rejectionCodec } from '../../canonical/codec.ts'
import type { Receipt } from '../../canonical/models.generated.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { canonicalRecords } from '../../test/canonical-records.ts'
import { testHub } from '../../test/hub.ts'
import { eventually, Route } from '../../test/route.ts'
import { receiptsOf } from '../../test/translated.ts'
import { Producer } from '../runtime/kafka/producer.ts'
import { readAll } from '../runtime/kafka/read-all.ts'
import { delivery, order } from './target-samples.ts'

const one = (id: string, version: number, total: string) => delivery('order.v1', { id, version, content: order(id, total) })

/** Without zeros at the end, as PostgreSQL's trim_scale. */
const trimmed = (amounts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount]))

/** Receipts of one target: no gap, no overlap, and each record read in exactly one outcome. */
function books(receipts: readonly Receipt[], unit: string): Record<string, number> {
  const own = receipts.filter((it) => it.unit === unit), counts: Record<string, number> = {}
  for (const [place, these] of Map.groupBy(own, (it) => `${it.topic}/${it.partition}`)) {
    let at = 0
    for (const { from, next } of [...new Map(these.map((it) => [it.from, it])).values()].sort((a, b) => a.from - b.from)) { expect([place, from]).toEqual([place, at]); at = next }
  }
  for (const { outcome, count, model } of own.flatMap((it) => it.entries)) { counts[outcome] = (counts[outcome] ?? 0) + count; counts[`${outcome} ${model}`] = (counts[`${outcome} ${model}`] ?? 0) + count }
  return counts
}

describe('a sink', () => {
  test('delivers, deletes, rejects with the original bytes, accounts for all of it, and goes on where the target stands', async () => {
    const hub = testHub('sink')
    await using route = await Route.provision(hub)
    const url = await hub.createDatabase('warehouse'), env = { HUB_TARGET: 'warehouse-postgres', HUB_TARGET_WAREHOUSE_POSTGRES_URL: url }
    const pool = new pg.Pool({ connectionString: url, max: 1 })
    const record = await canonicalRecords(hub, route), topic = route.names.canonical('order.v1'), producer = new Producer(route.kafka)
    const unreadable = Buffer.from('no record'), unknown = Buffer.concat([Buffer.from([0, 0, 0, 0x27, 0x0f]), Buffer.from('what')])
    await producer.send(topic, [
      record(one('a', 1, '1')), record(one('b', 1, '1')), { partition: 0, key: 'sample:x', value: unreadable }, record(one('a', 2, '2')),
      { partition: 0, key: 'sample:y', value: unknown }, record(delivery('order.v1', { id: 'b', version: 5, content: null })), record(one('c', 1, '9223372036854775807')),
    ])
    const first = await hub.start('sink', env)
    const rows = async () => (await pool.query<{ entity: string; total: string }>('select entity, trim_scale(total)::text as total from orders order by entity')).rows
    await eventually(60_000, async () => { expect(await rows()).toEqual([{ entity: 'sample:a', total: '2' }, { entity: 'sample:c', total: '9223372036854775807' }]) })
    await eventually(60_000, async () => { expect(books(await receiptsOf(route), 'warehouse-postgres')['read']).toBe(7) })
    expect(books(await receiptsOf(route), 'warehouse-postgres')).toMatchObject({ 'applied': 3, 'superseded': 2, 'rejected': 2 })
    const rejected = await readAll(route.kafka.control, route.names.rejected('warehouse-postgres')), envelopes = rejectionCodec()
    expect(rejected.map(({ record: it }) => envelopes.decode(it.value!, () => schemaText('rejection.v1'))).map(({ code, value, originOffset, stage }) => ({ code, value, originOffset, stage }))).toEqual([
      { code: 'record.not-framed', value: unreadable, originOffset: 2, stage: 'DELIVER' }, { code: 'record.unknown-schema', value: unknown, originOffset: 4, stage: 'DELIVER' },
    ])
    await first.stop()

    await producer.send(topic, [record(one('b', 4, '4')), record(one('a', 3, '3'))])
    const second = await hub.start('sink', env)
    await eventually(60_000, async () => { expect((await rows()).map((it) => it.total)).toEqual(['3', '9223372036854775807']) })
    await eventually(60_000, async () => { expect(books(await receiptsOf(route), 'warehouse-postgres')).toMatchObject({ 'read': 9, 'stale': 1, 'applied': 4 }) })
    // Nobody reads them back; lag tools do.
    await eventually(60_000, async () => { expect(await route.admin.groupOffsets(route.names.sinkGroup('warehouse-postgres'))).toContainEqual({ topic, partition: 0, offset: 9 }) })
    expect(await second.stop()).toMatchObject({ code: 0 })
    await pool.end()
  })

  test('that starts before its target waits, and begins by itself when the target is there', async () => {
    const hub = testHub('sink-early')
    await using route = await Route.provision(hub)
    const record = await canonicalRecords(hub, route)
    await new Producer(route.kafka).send(route.names.canonical('order.v1'), [record(one('a', 1, '1'))])
    const url = await hub.createDatabase('later'), pool = new pg.Pool({ connectionString: url, max: 1 })
    await pool.query('create table orders (entity text primary key)')
    const sink = await hub.start('sink', { HUB_TARGET: 'warehouse-postgres', HUB_TARGET_WAREHOUSE_POSTGRES_URL: url })
    await sink.logged(/target\.table_differs/)
    await pool.query('drop table orders')
    await eventually(60_000, async () => { expect((await pool.query('select entity from orders')).rows).toEqual([{ entity: 'sample:a' }]) })
    expect(await readAll(route.kafka.control, route.names.rejected('warehouse-postgres'))).toEqual([])
    await pool.end()
  })
})

test('six sources reach the warehouse and the CRM, and both agree with what was sent', { timeout: 400_000 }, async () => {
  const hub = testHub('route')
  await using route = await Route.provision(hub)
  const [warehouse, state, port] = [await hub.createDatabase('warehouse'), await hub.createDatabase('crm-state'), await freePort()]
  const crm: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '../../deploy/local/crm/main.ts')], { env: { ...process.env, CRM_PORT: `${port}`, CRM_DATA: join(hub.folder, 'crm') }, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(crm.stdout!, 'data')
  const pool = new pg.Pool({ connectionString: warehouse, max: 1 })
  try {
    const manifest = await route.feed(6_000, { seed: 'sinks', bad: 0.01 })
    await hub.start('translator')
    await hub.start('sink', { HUB_TARGET: 'warehouse-postgres', HUB_TARGET_WAREHOUSE_POSTGRES_URL: warehouse })
    await hub.start('sink', { HUB_TARGET: 'crm-http', HUB_TARGET_CRM_HTTP_URL: `http://127.0.0.1:${port}`, HUB_TARGET_CRM_HTTP_STATE_URL: state })
    await route.translated()
    const emitted = (models: readonly string[]) => Object.entries(manifest.models).reduce((sum, [model, it]) => sum + (models.includes(model) ? it.emitted : 0), 0)
    const tables = { 'order.v1': 'orders', 'customer.v1': 'customers', 'product.v1': 'products', 'payment.v1': 'payments', 'stock-level.v1': 'stock_levels' } as const
    await eventually(120_000, async () => {
      const receipts = await receiptsOf(route)
      expect([books(receipts, 'warehouse-postgres')['read'], books(receipts, 'crm-http')['read']]).toEqual([emitted(Object.keys(tables)), emitted(['order.v1', 'customer.v1'])])
    })
    for (const [model, table] of Object.entries(tables)) expect([model, (await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n]).toEqual([model, manifest.models[model as keyof typeof tables]?.alive])
    const { rows: balances } = await pool.query<{ key: string; total: string }>(`select customer || ' ' || currency as key, trim_scale(total)::text as total from payment_total where total <> 0`)
    expect(Object.fromEntries(balances.map((it) => [it.key, it.total]))).toEqual(trimmed(manifest.balances))
    const { rows: sums } = await pool.query<{ key: string; total: string }>(`select 'total ' || currency as key, trim_scale(sum(total))::text as total from orders group by currency`)
    expect(Object.fromEntries(sums.map((it) => [it.key, it.total]))).toEqual(trimmed(manifest.models['order.v1']!.sums))
    for (const [model, collection] of [['customer.v1', 'customers'], ['order.v1', 'orders']] as const) {
      const { items } = await (await fetch(`http://127.0.0.1:${port}/${collection}?limit=1000000`)).json() as { items: unknown[] }
      expect([model, items.length]).toEqual([model, manifest.models[model]?.alive])
    }
  } finally {
    crm.kill('SIGTERM')
    await pool.end()
  }
})
