import { randomBytes } from 'node:crypto'
import { connect, createServer, type AddressInfo } from 'node:net'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { targetRules } from '../../../../canonical/rules.ts'
import { testHub } from '../../../../test/hub.ts'
import { Desk, tally } from '../../target-desk.ts'
import { delivery, order, payment } from '../../target-samples.ts'
import { feed, posted, sampleInput, targetSuite, withoutFlood, withoutGuard, withoutOpenRejections, type Subject } from '../../target-suite.ts'
import { fencedPosition } from '../position.ts'
import { openPool } from '../postgres-pool.ts'
import type { Delivery } from '../target.ts'
import { readOnlyPool } from '../read-only-pool.ts'
import held from './held.ts'
import models from './mapping.ts'
import { WarehousePostgres, warehouseGuards } from './warehouse-postgres.ts'

const hub = testHub('warehouse')
const strict = new Set(['payment.v1'] as const)

interface Warehouse extends Subject { open(): Promise<WarehousePostgres>; pool: pg.Pool; url: string }

async function warehouse(guards = warehouseGuards): Promise<Warehouse> {
  const url = await hub.createDatabase(randomBytes(4).toString('hex'))
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const opened: WarehousePostgres[] = []
  return {
    pool, url,
    async open() {
      const target = new WarehousePostgres({ name: 'warehouse-postgres', pool: openPool(url, 4), models, strict, history: true }, guards)
      opened.push(target)
      await target.open()
      return target
    },
    async held() {
      const { rows } = await pool.query<{ entity: string; effect_key: string; total: string }>('select entity, effect_key, trim_scale(total)::text as total from orders order by entity')
      return new Map(rows.map((it) => [it.entity, { effectKey: it.effect_key, total: it.total }]))
    },
    log: async () => null,
    // PostgreSQL takes no NUL in a text.
    refused: (it: Delivery) => ({ ...it, content: { ...it.content, note: 'before\u0000after' } }),
    refuse: async (total) => { await pool.query(total === null ? 'alter table orders drop constraint refused' : `alter table orders add constraint refused check (total <> ${total}) not valid`) },
    async [Symbol.asyncDispose]() { await Promise.all([pool, ...opened].map((it) => ('end' in it ? it.end() : it.close()))) },
  }
}

describe('warehouse-postgres', () => { targetSuite(() => warehouse()) })

describe('the guards of warehouse-postgres matter', () => {
  const everyone = { ...fencedPosition, advance: async () => {} }
  withoutGuard('the fence', 'of two owners the fenced one has no effect', () => warehouse({ ...warehouseGuards, position: everyone }))
  withoutGuard('the fence', 'a record is applied once, however often its chunk is replayed', () => warehouse({ ...warehouseGuards, position: everyone }))
  withoutGuard('the fence', 'a redrive of an owner that was fenced has no effect', () => warehouse({ ...warehouseGuards, position: everyone }))
  withoutFlood(() => warehouse())
  withoutGuard('comparing what is refused', 'a refused state that is older than what is held waits for nobody', () => warehouse({ ...warehouseGuards, compare: () => 'newer' }))
  withoutOpenRejections((open) => warehouse({ ...warehouseGuards, open }))
  const anything = { newer: () => 'true' }
  withoutGuard('the version guard', 'an older state never overwrites a newer one', () => warehouse({ ...warehouseGuards, version: anything }))
  withoutGuard('the version guard', 'a deleted entity is not brought back by an older state', () => warehouse({ ...warehouseGuards, version: anything }))
})

describe('running totals', () => {
  const paid = (id: string, version: number, amount: string, state: 'PENDING' | 'SUCCEEDED' | 'FAILED', direction: 'IN' | 'OUT' = 'IN') =>
    delivery('payment.v1', { id, version, content: payment(id, amount, state, direction) })
  const payments = { ...sampleInput, topic: 'canonical.payment.v1' }
  const totals = async (pool: pg.Pool) => (await pool.query('select customer, currency, trim_scale(total)::text as total, movements from payment_total')).rows

  test('a total follows every state of its payments, each counted once', async () => {
    await using it = await warehouse()
    const target = await it.open(), { hold } = await target.take(payments, 0)
    const verdicts = await feed(target, hold, 0, [paid('p1', 1, '10.01', 'PENDING'), paid('p1', 2, '10.01', 'SUCCEEDED'), paid('p2', 1, '3', 'SUCCEEDED', 'OUT'), paid('p1', 1, '10.01', 'PENDING'), paid('p1', 2, '10.01', 'SUCCEEDED'), paid('p3', 1, '5', 'FAILED')])
    expect(verdicts.map((verdict) => verdict.outcome)).toEqual(['applied', 'applied', 'applied', 'stale', 'duplicate', 'applied'])
    expect(await totals(it.pool)).toEqual([{ customer: 'sample:c1', currency: 'EUR', total: '7.01', movements: '2' }])
    await feed(target, hold, 6, [paid('p1', 3, '10.01', 'FAILED'), delivery('payment.v1', { id: 'p2', version: 2, content: null }), paid('p3', 2, '0.1', 'SUCCEEDED')])
    expect(await totals(it.pool)).toEqual([{ customer: 'sample:c1', currency: 'EUR', total: '0.1', movements: '1' }])
  })

  test('a payment that somebody deleted and that is sent again counts in its total once', async () => {
    await using it = await warehouse()
    const target = await it.open(), { hold } = await target.take(payments, 0), again = (id: string, amount: string) => delivery('payment.v1', { id, version: 1, revision: 1, content: payment(id, amount, 'SUCCEEDED', 'IN') })
    await feed(target, hold, 0, [paid('p1', 1, '10', 'SUCCEEDED'), paid('p2', 1, '5', 'SUCCEEDED'), paid('p3', 1, '3', 'SUCCEEDED')])
    await it.pool.query(`delete from payments where entity in ('sample:p1', 'sample:p2')`)
    await feed(target, hold, 3, [again('p1', '10'), paid('p4', 1, '1', 'SUCCEEDED')])
    expect(await totals(it.pool)).toEqual([{ customer: 'sample:c1', currency: 'EUR', total: '14', movements: '3' }])
    await feed(target, hold, 5, [again('p2', '5'), again('p3', '4'), again('p5', '7')])
    expect(await totals(it.pool)).toEqual([{ customer: 'sample:c1', currency: 'EUR', total: '27', movements: '5' }])
  })

  test('a refused payment leaves the total of its customer exact', async () => {
    await using it = await warehouse()
    const target = await it.open(), { hold } = await target.take(payments, 0)
    const bad = paid('p2', 1, '100', 'SUCCEEDED')
    await feed(target, hold, 0, [paid('p1', 1, '1', 'SUCCEEDED'), it.refused({ ...bad, content: { ...bad.content, reason: '\u0000' } }), paid('p3', 1, '2', 'SUCCEEDED')])
    expect(await totals(it.pool)).toEqual([{ customer: 'sample:c1', currency: 'EUR', total: '3', movements: '2' }])
  })
})

test('values that a limit of the database is too small for are refused one by one, and what they add up to never stops a chunk', async () => {
  await using it = await warehouse()
  const target = await it.open(), { hold } = await target.take(sampleInput, 0)
  const id = randomBytes(20_000).toString('hex')
  const verdicts = await feed(target, hold, 0, [delivery('order.v1', { id: 'a', version: 1, content: order('a', '1') }), delivery('order.v1', { id, version: 1, content: order('b', '1') }), delivery('order.v1', { id, version: 2, content: null }),
    delivery('order.v1', { id: 'nul\u0000', version: 1, content: order('c', '1') }), delivery('order.v1', { id: 'nul\u0000', version: 2, content: null }), delivery('order.v1', { id: 'z', version: 1, content: order('z', '1') })])
  expect(verdicts.map((verdict) => verdict.outcome)).toEqual(['applied', 'rejected', 'rejected', 'rejected', 'rejected', 'applied'])
  const most = '9'.repeat(29), payments = await target.take({ ...sampleInput, topic: 'canonical.payment.v1' }, 0)
  await feed(target, payments.hold, 0, ['p1', 'p2', 'p3'].map((name) => delivery('payment.v1', { id: name, version: 1, content: payment(name, most, 'SUCCEEDED') })))
  expect((await it.pool.query('select trim_scale(total)::text as total from payment_total')).rows).toEqual([{ total: String(3n * BigInt(most)) }])
})

test('a COMMIT that was sent and never answered is found out by the position, and is done once', async () => {
  await using it = await warehouse()
  const target = await it.open(), through = await cutAfterCommit(new URL(it.url))
  const cut = new WarehousePostgres({ name: 'warehouse-postgres', pool: openPool(through.url, 1), models, strict, history: false })
  const payments = { ...sampleInput, topic: 'canonical.payment.v1' }
  const chunk = Array.from({ length: 10 }, (_, n) => delivery('payment.v1', { id: `p${n}`, version: 1, content: payment(`p${n}`, '1.5', 'SUCCEEDED') }))
  const { hold } = await target.take(payments, 0)
  through.cut = true
  await expect(feed(cut, hold, 0, chunk)).rejects.toMatchObject({ name: 'Transient', code: 'target.commit_unknown' })
  // The server may still be at it: taking the position waits for the row, so what is read is final.
  const again = await target.take(payments, 0)
  if (again.position === 0) await feed(target, again.hold, 0, chunk)
  expect((await it.pool.query('select trim_scale(total)::text as total, movements from payment_total')).rows).toEqual([{ total: '15', movements: '10' }])
  expect((await target.letters([payments], 10)).length).toBe(1)
  await cut.close()
  through.close()
})

test('letters are read in pieces, however large they are, and none is passed over', async () => {
  await using it = await warehouse()
  const target = await it.open(), { hold } = await target.take(sampleInput, 0)
  const large = Array.from({ length: 11 }, (_, n) => ({ topic: 'rejected', partition: 0, key: Buffer.from(`${n}`), value: Buffer.alloc(n === 5 ? 5_000_000 : 900_000) }))
  await target.apply(hold, { from: 0, next: 1 }, [], () => posted(...large))
  const pieces: number[] = [], seen: string[] = []
  for (let letters = await target.letters([sampleInput], 500); letters.length > 0; letters = await target.letters([sampleInput], 500)) {
    pieces.push(letters.length)
    seen.push(...letters.map(({ key }) => key.toString()))
    await target.sent(letters)
  }
  expect([pieces, seen]).toEqual([[5, 1, 5], large.map(({ key }) => key.toString())])
})

/** Passes everything on to the database, and once `cut` is set ends the connection as soon as a COMMIT has gone through. */
async function cutAfterCommit(to: URL): Promise<{ url: string; cut: boolean; close(): void }> {
  const server = createServer((client) => {
    const database = connect(Number(to.port), to.hostname)
    for (const it of [client, database]) it.on('error', () => { client.destroy(); database.destroy() })
    client.on('data', (data) => {
      database.write(data)
      if (proxy.cut && data.includes('commit\0')) { client.destroy(); database.end() }
    })
    database.on('data', (data) => { client.write(data) })
  })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const url = new URL(to)
  url.port = String((server.address() as AddressInfo).port)
  const proxy = { url: url.href, cut: false, close: () => { server.close() } }
  return proxy
}

test('a frozen sink holds its successor up for fifteen seconds at most', async () => {
  await using it = await warehouse()
  const pool = openPool(it.url, 1)
  const { rows: [row] } = await pool.query(`select current_setting('transaction_timeout') as whole, current_setting('idle_in_transaction_session_timeout') as idle, current_setting('statement_timeout') as statement`)
  expect(row).toEqual({ whole: '15s', idle: '15s', statement: '15s' })
  await pool.end()
})

describe('tables', () => {
  test('lists are rows of their own, replaced with their order and deleted with it', async () => {
    await using it = await warehouse()
    const target = await it.open(), { hold } = await target.take(sampleInput, 0)
    const counts = async () => (await it.pool.query<{ lines: string; taxes: string }>('select (select count(*) from order_line) as lines, (select count(*) from order_line_tax) as taxes')).rows[0]
    await feed(target, hold, 0, [delivery('order.v1', { id: 'a', version: 1, content: order('a', '1', 5) }), delivery('order.v1', { id: 'b', version: 1, content: order('b', '1', 1) })])
    expect(await counts()).toEqual({ lines: '6', taxes: '6' })
    await feed(target, hold, 2, [delivery('order.v1', { id: 'a', version: 2, content: order('a', '1', 2) })])
    expect(await counts()).toEqual({ lines: '3', taxes: '3' })
    await feed(target, hold, 3, [delivery('order.v1', { id: 'a', version: 3, content: null })])
    expect(await counts()).toEqual({ lines: '1', taxes: '1' })
    const { rows: [row] } = await it.pool.query(`select title, tags, placed_at, billing_city, to_char(placed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') as placed from order_line l join orders o using (entity)`)
    expect(row).toMatchObject({ title: 'A "quoted"\ttitle\\', tags: ['a,b', '{"c"}'], placed: '2026-03-01 12:00:00.123456', billing_city: 'Köln' })
  })

  test('a table with other columns is named and left as it is', async () => {
    await using it = await warehouse()
    await it.pool.query('create table customers (entity text primary key, email varchar(10), extra int)')
    await expect(it.open()).rejects.toMatchObject({ name: 'Environment', code: 'target.table_differs', message: expect.stringMatching(/customers: .*email is character varying\(10\), not text.*extra is not known here/) })
    expect((await it.pool.query(`select to_regclass('orders') as made`)).rows).toEqual([{ made: null }])
  })

  test('however many records hold what no database takes, they are rejected and the others are written', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(await it.open())
    await desk.deliver(Array.from({ length: 200 }, (_, n) => { const one = delivery('order.v1', { id: `o${n}`, version: 1, content: order(`o${n}`, '1') }); return n < 199 ? it.refused(one) : one }))
    expect(tally(await desk.receipts())).toEqual({ read: 200, applied: 1, rejected: 199 })
  })

  test('a column that somebody has added by hand makes everything wait, and nothing is rejected for it', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(await it.open()), chunk = Array.from({ length: 100 }, (_, n) => delivery('order.v1', { id: `o${n}`, version: 1, content: order(`o${n}`, '1') }))
    await it.pool.query(`alter table orders add column added_by_hand text not null check (added_by_hand <> '')`)
    await expect(desk.deliver(chunk)).rejects.toMatchObject({ name: 'Environment', code: 'target.refuses_many', message: expect.stringContaining('100 of 100 entities of order.v1 were refused within a minute for sqlstate.23502 on added_by_hand') as string })
    await it.pool.query('alter table orders drop column added_by_hand')
    await desk.deliver(chunk)
    expect(tally(await desk.receipts())).toEqual({ read: 100, applied: 100 })
  })
})

describe('what has to be unique', () => {
  const rules = [targetRules('order.v1', { 'one-number': { says: 'A shop gives a number once.', broken: 'reject', rule: 'unique', fields: ['meta.source', 'number'] } })]
  const numbered = (id: string, version: number, number: string | null) => delivery('order.v1', { id, version, content: { ...order(id, '1'), number: number ?? `#${id}` } })
  async function ruled(it: Warehouse, given = rules): Promise<WarehousePostgres & AsyncDisposable> {
    const target = new WarehousePostgres({ name: 'warehouse-postgres', pool: openPool(it.url, 4), models, strict, history: false, rules: given })
    return Object.assign(target, { [Symbol.asyncDispose]: () => target.close() })
  }

  test('the second entity with the same is refused by the rule, with its fields; its neighbours and newer states of the first are not', async () => {
    await using it = await warehouse()
    await using target = await ruled(it)
    await target.open()
    await target.open()
    const desk = await Desk.open(target)
    await desk.deliver([numbered('a', 1, '#1'), numbered('b', 1, '#2')])
    await desk.deliver([numbered('a', 2, '#1'), numbered('c', 1, '#1'), numbered('d', 1, null)])
    expect((await desk.rejections()).map(({ entity, code, says, problems }) => [entity, code, says, problems.map(({ field, got }) => `${field}: ${got}`)]))
      .toEqual([['sample:c', 'rule.one-number', 'A shop gives a number once.', ['meta.source: what another entity has', 'number: what another entity has']]])
    await desk.deliver([delivery('order.v1', { id: 'a', version: 3, content: null })])
    await desk.redrive([{ offset: 3, attempt: 1 }])
    expect(tally(await desk.receipts())).toEqual({ read: 6, applied: 6 })
  })

  test('without the rule both are there', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(await it.open())
    await desk.deliver([numbered('a', 1, '#1'), numbered('c', 1, '#1')])
    expect(tally(await desk.receipts())).toEqual({ read: 2, applied: 2 })
    // Nothing is altered: whoever declares the rule later has to settle what is there.
    await using target = await ruled(it)
    await expect(target.open()).rejects.toMatchObject({ name: 'Environment', code: 'target.table_differs', message: expect.stringContaining('orders holds rows that have the same source, number, against rule.one-number') as string })
  })

  test('an index of that name that is something else is named, and a field without a column is a mistake of the rule', async () => {
    await using it = await warehouse()
    await it.open()
    await it.pool.query('create unique index "rule.one-number" on orders (number)')
    await using target = await ruled(it)
    await expect(target.open()).rejects.toMatchObject({ code: 'target.table_differs', message: expect.stringContaining('the index rule.one-number is not unique over source, number of orders') as string })
    await expect(ruled(it, [targetRules('order.v1', { 'one-street': { says: 'Once.', broken: 'reject', rule: 'unique', fields: ['shippingAddress'] } })])).rejects.toThrow('rule.one-street: orders has no column that holds shippingAddress')
  })
})

test('whoever only looks sees the state of every entity, deletes too, and can change nothing', async () => {
  await using it = await warehouse()
  const target = await it.open(), { hold } = await target.take(sampleInput, 0)
  await feed(target, hold, 0, [delivery('order.v1', { id: 'a', version: 7, content: order('a', '1') }), delivery('order.v1', { id: 'b', version: 7, content: order('b', '1') }), delivery('order.v1', { id: 'b', version: 8, content: null })])
  const reader = held.open({ url: it.url }), looking = readOnlyPool(it.url)
  try {
    expect(Object.fromEntries(await reader.held('order.v1', ['sample:a', 'sample:b', 'sample:c']))).toEqual({
      'sample:a': expect.objectContaining({ version: 7, revision: 0, deleted: false, effectKey: expect.stringContaining('order.v1/sample:a@7.0#') as string, origin: { topic: 'source.sample', partition: 0, offset: 7 } }) as object,
      'sample:b': expect.objectContaining({ version: 8, deleted: true }) as object,
    })
    await expect(looking.query('delete from orders')).rejects.toMatchObject({ code: '25006' })
  } finally { await Promise.all([reader.close(), looking.end()]) }
})
