import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { rules } from '../../canonical/rules.ts'
import { testHub } from '../../test/hub.ts'
import { Desk, tally } from './target-desk.ts'
import { delivery, order, payment } from './target-samples.ts'
import { OpenRejections } from './targets/open-rejections.ts'
import { openPool } from './targets/postgres-pool.ts'
import models from './targets/warehouse-postgres/mapping.ts'
import { WarehousePostgres, warehouseGuards } from './targets/warehouse-postgres/warehouse-postgres.ts'

const hub = testHub('redrives')

/** A warehouse that refuses payments of 13, and notes every state of a payment that it takes. */
async function warehouse(guards = warehouseGuards) {
  const url = await hub.createDatabase(randomBytes(4).toString('hex')), pool = new pg.Pool({ connectionString: url, max: 1 }), opened: WarehousePostgres[] = []
  const open = async () => {
    const target = new WarehousePostgres({ name: 'warehouse-postgres', pool: openPool(url, 3), models, strict: new Set(['payment.v1'] as const), history: false }, guards)
    opened.push(target)
    await target.open()
    return target
  }
  const first = await open()
  await pool.query(`create table noted (n bigint generated always as identity, it text not null);
    create function note() returns trigger language plpgsql as $$ begin insert into noted (it) values (new.entity || '@' || new.version); return null; end $$;
    create trigger note after insert or update on payments for each row execute function note();
    alter table payments add constraint refused check (amount <> 13)`)
  return {
    first, open, pool,
    mend: () => pool.query('alter table payments drop constraint refused'),
    written: async () => (await pool.query<{ it: string }>('select it from noted order by n')).rows.map(({ it }) => it.replace('sample:', '')),
    async [Symbol.asyncDispose]() { await Promise.all([pool.end(), ...opened.map((it) => it.close())]) },
  }
}
const paid = (id: string, version: number, amount = `${version}`) => delivery('payment.v1', { id, version, content: payment(id, amount, 'SUCCEEDED') })
const outcomes = async (desk: Desk) => (await desk.answers()).map(({ rejection, outcome }) => `${rejection.split('/').at(-3)} ${outcome}`)

test('a record that could not be read is counted where it lay, and moves to its source when it is redriven', async () => {
  await using it = await warehouse()
  const desk = await Desk.open(it.first)
  desk.registered = false
  await desk.deliver([delivery('order.v1', { id: 'a', version: 1, content: order('a', '1') }), Buffer.from('nothing of ours')])
  expect((await desk.rejections()).map(({ code }) => code)).toEqual(['record.unknown-schema', 'record.not-framed'])
  const counted = async () => {
    const counts = new Map<string, number>()
    for (const { originTopic, outcome, reason, count } of (await desk.receipts()).flatMap(({ entries }) => entries)) counts.set(`${originTopic} ${outcome} ${reason}`, (counts.get(`${originTopic} ${outcome} ${reason}`) ?? 0) + count)
    return Object.fromEntries([...counts].filter(([, count]) => count !== 0))
  }
  desk.registered = true
  await desk.redrive([{ offset: 0, attempt: 1 }, { offset: 1, attempt: 1 }])
  expect(await outcomes(desk)).toEqual(['0 applied', '1 rejected'])
  expect(await counted()).toEqual({ 'source.sample read null': 1, 'source.sample applied null': 1, 'canonical.order.v1 read null': 1, 'canonical.order.v1 rejected record.not-framed': 1 })
  await desk.redrive([{ offset: 1, attempt: 2, ask: 'discard' }])
  expect(tally(await desk.receipts())).toEqual({ read: 2, applied: 1, discarded: 1 })
})

const small = [rules('order.v1', { 'small-orders': { says: 'Small.', broken: 'reject', rule: 'range', field: 'totals.total', max: '10' } })]
test.each([['', 1], ['without asking the target it is not so: ', 2]] as const)('%swhat breaks a rule of the target and is older than what it holds is no rejection', async (without, rejected) => {
  await using it = await warehouse()
  const target = Object.assign(it.first, without === '' ? {} : { outdated: async () => [null, null] }), desk = await Desk.open(target, 'order.v1', { rules: small })
  await desk.deliver([delivery('order.v1', { id: 'a', version: 5, content: order('a', '1') })])
  await desk.deliver([delivery('order.v1', { id: 'a', version: 4, content: order('a', '11') }), delivery('order.v1', { id: 'b', version: 1, content: order('b', '11') })])
  expect((await desk.rejections()).length).toBe(rejected)
  expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 1, rejected, ...(rejected === 1 ? { stale: 1 } : {}) })
})

test('what a redrive topic holds besides orders changes nothing', async () => {
  await using it = await warehouse()
  const desk = await Desk.open(it.first, 'payment.v1')
  await desk.deliver([paid('p', 1, '13')])
  await it.mend()
  const bytes = { timestamp: 0, key: Buffer.from('sample:p'), value: Buffer.from('whatever') }
  const says = (name: string, value: string) => ({ ...bytes, headers: [{ name, value: Buffer.from(value) }] })
  const good = { rejection: 'canonical.payment.v1/3/0/DELIVER/sample-target', topic: 'canonical.payment.v1', topicId: 'id of canonical.payment.v1', partition: 3, offset: 0, attempt: 1, ask: 'redrive' }
  await desk.sendAgain([
    { ...bytes, headers: [] }, says('hub_redrive', 'no json'), says('hub_redrive', '{}'), ...[{ partition: 2 }, { topic: 'canonical.order.v1' }, { rejection: 'another' }, { ask: 'drop' }].map((change) => says('hub_redrive', JSON.stringify({ ...good, ...change }))),
    says('hub_release', 'canonical.payment.v1/2'), { ...says('hub_release', 'canonical.payment.v1/3/id of canonical.payment.v1'), key: Buffer.from('sample:another') },
  ])
  expect([await desk.answers(), await it.written()]).toEqual([[], []])
  await desk.sendAgain([says('hub_redrive', JSON.stringify({ ...good, topicId: 'an earlier topic' }))])
  expect(await outcomes(desk)).toEqual(['0 already'])
})

describe('of a model whose every record counts', () => {
  test('what follows a refused record waits behind it through a restart, and follows in order when it is through', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(it.first, 'payment.v1')
    await desk.deliver([paid('p', 1), paid('p', 2, '13'), paid('q', 1), paid('p', 3), paid('q', 2, '13')])
    expect(tally(await desk.receipts())).toEqual({ read: 5, applied: 2, rejected: 2, parked: 1 })
    const next = await desk.successor(await it.open())
    await next.deliver([paid('p', 4), paid('r', 1), paid('q', 3), paid('p', 5)])
    expect(tally(await next.receipts())).toEqual({ read: 9, applied: 3, rejected: 2, parked: 4 })
    expect((await next.rejections()).map(({ code, originOffset }) => `${originOffset} ${code}`)).toEqual(['1 target.refused', '3 order.parked', '4 target.refused', '5 order.parked', '7 order.parked', '8 order.parked'])
    await it.mend()
    // A parked one is not taken before its turn, whoever asks.
    await next.redrive([{ offset: 5, attempt: 1 }, { offset: 1, attempt: 1 }])
    expect(await outcomes(next)).toEqual(['5 parked', '1 applied'])
    await next.deliver([paid('p', 6)])
    await next.letGo()
    expect(await outcomes(next)).toEqual(['5 parked', '1 applied', '3 applied', '5 applied', '8 applied', '9 applied'])
    expect((await it.written()).filter((state) => state.startsWith('p'))).toEqual(['p@1', 'p@2', 'p@3', 'p@4', 'p@5', 'p@6'])
    await next.redrive([{ offset: 4, attempt: 1, ask: 'discard' }])
    await next.letGo()
    await next.deliver([paid('p', 7), paid('q', 4)])
    expect((await it.written()).filter((state) => state.startsWith('q'))).toEqual(['q@1', 'q@3', 'q@4'])
    expect(tally(await next.receipts())).toEqual({ read: 12, applied: 11, discarded: 1 })
  })

  test('one that is refused when its turn comes holds back those behind it', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(it.first, 'payment.v1')
    await desk.deliver([Buffer.from('nothing of ours'), paid('p', 2), paid('p', 3, '13'), paid('p', 4)], 'sample:p')
    expect(tally(await desk.receipts())).toEqual({ read: 4, rejected: 1, parked: 3 })
    await desk.redrive([{ offset: 0, attempt: 1, ask: 'discard' }])
    await desk.letGo()
    expect(tally(await desk.receipts())).toEqual({ read: 4, discarded: 1, applied: 1, rejected: 1, parked: 1 })
    await it.mend()
    await desk.redrive([{ offset: 2, attempt: 1 }, { offset: 2, attempt: 2 }])
    await desk.letGo()
    expect(await outcomes(desk)).toEqual(['0 discarded', '1 applied', '2 rejected', '3 parked', '2 already', '2 applied', '3 applied'])
    expect(await it.written()).toEqual(['p@2', 'p@3', 'p@4'])
  })

  test('thousands that wait are let go in pieces, and in order', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(it.first, 'payment.v1'), most = 1_000
    await desk.deliver([paid('p', 1, '13'), paid('q', 1, '13')])
    for (let at = 2; at <= most; at += 500) await desk.deliver(Array.from({ length: 500 }, (_, n) => [paid('p', at + n), paid('q', at + n)]).flat())
    await it.mend()
    await desk.redrive([{ offset: 0, attempt: 1 }, { offset: 1, attempt: 1 }])
    expect(await desk.letGo()).toBeGreaterThan(1)
    const written = await it.written()
    for (const id of ['p', 'q']) expect(written.filter((state) => state.startsWith(id))).toEqual(Array.from({ length: most + 1 }, (_, n) => `${id}@${n + 1}`))
    expect(tally(await desk.receipts())).toEqual({ read: 2 * most + 2, applied: 2 * most + 2 })
  })

  test('the partition reads nothing more when too many are open, and goes on when some are closed', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(it.first, 'payment.v1', { most: 3 })
    await desk.deliver([paid('p', 1, '13'), paid('p', 2), paid('p', 3)])
    await expect(desk.deliver([paid('q', 1), paid('p', 4)])).rejects.toMatchObject({ name: 'Environment', code: 'unit.too_many_open' })
    expect(await it.written()).toEqual([])
    await it.mend()
    await desk.redrive([{ offset: 0, attempt: 1 }])
    await desk.deliver([paid('q', 1), paid('p', 4)])
    await desk.letGo()
    expect(await it.written()).toEqual(['p@1', 'q@1', 'p@2', 'p@3', 'p@4'])
  })

  test('one that its topic no longer holds is left to a person, and those behind it wait', async () => {
    await using it = await warehouse()
    const desk = await Desk.open(it.first, 'payment.v1')
    await desk.deliver([paid('p', 1, '13'), paid('p', 2), paid('p', 3)])
    await it.mend()
    const lost = desk.lose(1)
    await desk.redrive([{ offset: 0, attempt: 1 }])
    await desk.letGo()
    expect(tally(await desk.receipts())).toEqual({ read: 3, applied: 1, parked: 2 })
    lost()
    await desk.redrive([{ offset: 1, attempt: 1 }])
    await desk.letGo()
    expect(await it.written()).toEqual(['p@1', 'p@2', 'p@3'])
  })

  test('without what the target keeps of it, a later record overtakes the refused one', async () => {
    class Forgotten extends OpenRejections { override entities() { return Promise.resolve({ count: 0, entities: new Set<string>() }) } }
    await using it = await warehouse({ ...warehouseGuards, open: Forgotten })
    const desk = await Desk.open(it.first, 'payment.v1')
    await desk.deliver([paid('p', 1, '13'), paid('p', 2)])
    await (await desk.successor(await it.open())).deliver([paid('p', 3)])
    expect(await it.written()).toEqual(['p@3'])
  })
})
