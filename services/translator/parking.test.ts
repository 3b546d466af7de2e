import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Desk, type Sent } from './source-desk.ts'
import { sourcesFolder } from './sources/generate.ts'
import { sources } from './sources/index.generated.ts'

type Payload = { type: string; created: number; data: { object: Record<string, unknown> } }
const unit = sources['stripe-events'], micros = 1_000_000
const sample = (name: string): Payload => JSON.parse(readFileSync(join(sourcesFolder, unit.card.name, 'samples', `${name}.in.json`), 'utf8')) as Payload
const base = sample('a-charge-captured-at-once'), withRefunds = sample('a-charge-with-two-refunds'), aCustomer = sample('a-customer')

/** The state `n` of a charge; `bad`: one that no mapping knows, though it says whose it is. */
const charge = (id: string, n: number, bad = false): Sent => ({ key: Buffer.from(id), value: json({ ...base, created: n, data: { object: { ...base.data.object, id, ...(bad ? { status: 'almost' } : {}) } } }) })
/** Refunds of a charge, all in one record. */
const refunds = (id: string, n: number, ...of: string[]): Sent => {
  const { object } = withRefunds.data, [one] = (object['refunds'] as { data: object[] }).data
  return { key: Buffer.from(id), value: json({ ...withRefunds, created: n, data: { object: { ...object, id, refunds: { data: of.map((refund) => ({ ...one, id: refund })) } } } }) }
}
const unread = (key: string | null): Sent => ({ key: key === null ? null : Buffer.from(key), value: Buffer.from('no json') })
const customer = (id: string, key: string): Sent => ({ key: Buffer.from(key), value: json({ ...aCustomer, data: { object: { ...aCustomer.data.object, id } } }) })
const json = (payload: unknown) => Buffer.from(JSON.stringify(payload))
const of = (id: string, ...states: number[]) => states.map((n) => `stripe:${id}:charge@${n * micros}`)
/** What the mapping refuses until it is put right: this state of this charge. */
const not = (id: string, n: number) => (payload: unknown) => { const it = payload as Payload; return it.created === n && it.data.object['id'] === id }

test('of a strict model, what comes after a refused record of its entity waits with its bytes, and others go on', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1), charge('a', 2, true), charge('a', 3), charge('b', 1), customer('c', 'a'))
  await desk.send(charge('a', 4), charge('b', 2))
  expect(desk.counts).toEqual({ read: 7, mapped: 4, rejected: 1, parked: 2 })
  expect(desk.written).toEqual([...of('a', 1), ...of('b', 1), expect.stringMatching(/^stripe:c@/) as string, ...of('b', 2)])
  expect(desk.rejections.map(({ code, entity, originOffset, value, key }) => [code, entity, originOffset, value!.equals(desk.sent[originOffset]!.value!), key!.toString()])).toEqual([
    ['value.not-one-of', 'stripe:a:charge', 1, true, 'a'], ['order.parked', 'stripe:a:charge', 2, true, 'a'], ['order.parked', 'stripe:a:charge', 5, true, 'a'],
  ])
})

test('what waits follows in order when the record in front is sent again, and newer ones queue behind it until the last is through', async () => {
  const desk = new Desk(unit)
  desk.refuses = not('a', 1)
  await desk.send(charge('a', 1), charge('a', 2), charge('a', 3))
  desk.refuses = () => false
  await desk.ask([0])
  await desk.send(charge('a', 4))
  expect([desk.written, desk.counts]).toEqual([of('a', 1), { read: 4, mapped: 1, parked: 3 }])
  await desk.letGo()
  await desk.send(charge('a', 5))
  expect([desk.written, desk.counts, desk.open]).toEqual([of('a', 1, 2, 3, 4, 5), { read: 5, mapped: 5 }, 0])
  expect(desk.answers.map(({ outcome, attempt }) => [outcome, attempt])).toEqual(Array.from({ length: 4 }, () => ['mapped', 1]))
})

test('discarding the record in front lets the others go; discarding one that waits takes it out of the line', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1, true), charge('a', 2), charge('a', 3), charge('a', 4))
  await desk.ask([2], 'discard')
  expect(desk.posted).toBe(0)
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect([desk.written, desk.counts]).toEqual([of('a', 2, 4), { read: 4, mapped: 2, discarded: 2 }])
})

test('a record that waits is answered parked when it is sent again before its turn, and goes in the same chunk when the one in front goes with it', async () => {
  const desk = new Desk(unit)
  desk.refuses = not('a', 1)
  await desk.send(charge('a', 1), charge('a', 2), charge('a', 3))
  desk.refuses = () => false
  await desk.ask([1, 1])
  expect([desk.written, desk.answers.map(({ outcome, reason }) => [outcome, reason]), desk.rejections.length]).toEqual([[], [['parked', 'order.parked'], ['parked', 'order.parked']], 3])
  await desk.ask([0, 2, 1, 0])
  expect(desk.answers.slice(2).map(({ outcome }) => outcome)).toEqual(['mapped', 'parked', 'mapped', 'already'])
  await desk.letGo()
  expect([desk.written, desk.counts]).toEqual([of('a', 1, 2, 3), { read: 3, mapped: 3 }])
})

test('one that is let go and refused stays in front, and those behind it go on waiting', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1, true), charge('a', 2), charge('a', 3, true), charge('a', 4), charge('b', 1))
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect([desk.written, desk.counts]).toEqual([[...of('b', 1), ...of('a', 2)], { read: 5, mapped: 2, discarded: 1, rejected: 1, parked: 1 }])
  expect(desk.rejections.at(-1)).toMatchObject({ code: 'value.not-one-of', attempt: 2, originOffset: 2 })
  await desk.ask([2], 'discard')
  await desk.letGo()
  expect([desk.written.slice(1), desk.counts, desk.open]).toEqual([of('a', 2, 4), { read: 5, mapped: 3, discarded: 2 }, 0])
})

test('a record of several entities waits for each of them, whole, and holds each of them back', async () => {
  const desk = new Desk(unit), by = (...them: string[]) => them.map((it) => `stripe:${it}`)
  desk.refuses = (payload) => (payload as Payload).created < 3
  await desk.send(refunds('x', 1, 'r1'), refunds('y', 2, 'r2'), refunds('x', 3, 'r1', 'r2', 'r3'), refunds('x', 4, 'r3'), refunds('x', 5, 'r4'))
  expect([desk.counts, desk.written]).toEqual([{ read: 5, mapped: 1, rejected: 2, parked: 2 }, by('r4@5000000')])
  desk.refuses = () => false
  await desk.ask([0])
  await desk.letGo()
  expect(desk.written).toEqual(by('r4@5000000', 'r1@1000000'))
  await desk.ask([1])
  await desk.letGo()
  // Entities lie in partitions of their own: of each its order.
  for (const [id, ...versions] of [['r1', 1, 3], ['r2', 2, 3], ['r3', 3, 4]] as const) expect(desk.written.filter((it) => it.startsWith(`stripe:${id}@`))).toEqual(by(...versions.map((n) => `${id}@${n * micros}`)))
  expect(desk.counts).toEqual({ read: 5, mapped: 5 })
})

test('where the entity of a refused record cannot be read, its Kafka key stands for it: payments of that key wait, and only they', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1), unread('a'), charge('a', 2), { ...charge('a2', 1), key: Buffer.from('a') }, charge('b', 1), customer('c', 'a'), charge('a', 3))
  expect(desk.counts).toEqual({ read: 7, mapped: 3, rejected: 1, parked: 3 })
  await desk.ask([1], 'discard')
  await desk.letGo()
  expect(desk.counts).toEqual({ read: 7, mapped: 6, discarded: 1 })
  expect(desk.written.filter((it) => it.startsWith('stripe:a'))).toEqual([...of('a', 1, 2), ...of('a2', 1), ...of('a', 3)])
})

test('what cannot be read waits for what is open under its key, and is answered so', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1, true), unread('a'), charge('a', 2))
  await desk.ask([1])
  expect(desk.answers).toMatchObject([{ outcome: 'parked' }])
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect([desk.counts, desk.posted]).toEqual([{ read: 3, discarded: 1, rejected: 1, parked: 1 }, 0])
  await desk.ask([1], 'discard')
  await desk.letGo()
  expect([desk.counts, desk.written]).toEqual([{ read: 3, discarded: 2, mapped: 1 }, of('a', 2)])
})

test('a refused record of a kind that gives nothing strict holds nothing back, also where its entity cannot be read', async () => {
  const desk = new Desk(unit)
  await desk.send({ key: Buffer.from('a'), value: json({ ...aCustomer, data: { object: {} } }) }, charge('a', 1))
  expect(desk.counts).toEqual({ read: 2, mapped: 1, rejected: 1 })
})

test('a refused record without a key and without an entity holds nothing back: nobody can say whose it is', async () => {
  const desk = new Desk(unit)
  await desk.send(unread(null), charge('a', 1), { ...charge('a', 2), key: null })
  expect(desk.counts).toEqual({ read: 3, mapped: 2, rejected: 1 })
})

test('a state model is never parked', async () => {
  const desk = new Desk(unit)
  await desk.send(customer('c', 'c'), { ...unread('c') }, customer('c', 'c'))
  expect(desk.counts).toEqual({ read: 3, mapped: 2, rejected: 1 })
})

test('the next owner of the partition knows who waits for whom, wherever it begins', async () => {
  const desk = new Desk(unit), states = Array.from({ length: 20 }, (_, n) => n + 2)
  await desk.send(charge('a', 1, true), unread('b'), ...states.flatMap((n) => [charge('a', n), charge('b', n)]))
  desk.succeeded()
  await desk.send(charge('a', 22), charge('b', 22))
  await desk.ask([0, 1], 'discard')
  desk.succeeded()
  await desk.letGo()
  expect(desk.written.toSorted()).toEqual([...of('a', ...states, 22), ...of('b', ...states, 22)].toSorted())
  for (const id of ['a', 'b']) expect(desk.written.filter((it) => it.includes(`:${id}:`))).toEqual(of(id, ...states, 22))
  expect([desk.open, desk.counts]).toEqual([0, { read: 44, mapped: 42, discarded: 2 }])
})

test('thousands that wait are let go a thousand at a time, and new ones queue behind them', async () => {
  const desk = new Desk(unit), states = Array.from({ length: 2_500 }, (_, n) => n + 2)
  await desk.send(charge('a', 1, true), ...states.map((n) => charge('a', n)))
  await desk.ask([0], 'discard')
  for (let n = 0; desk.posted > 0; n++) {
    await desk.send(charge('a', 3_000 + n))
    const before = desk.written.length
    await desk.letGo()
    expect(desk.written.length - before).toBeGreaterThan(1_000)
  }
  expect(desk.written).toEqual(of('a', ...states, 3_000))
  expect(desk.reread).toBeLessThan(30)
})

test('while a record is looked for that ends the process, they are let go one at a time', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1, true), charge('a', 2), charge('a', 3), charge('a', 4))
  await desk.ask([0], 'discard')
  desk.alone = true
  const before = desk.receipts.length
  await desk.letGo()
  expect([desk.written, desk.receipts.length - before]).toEqual([of('a', 2, 3, 4), 3])
})

test('one that its topic no longer holds stays in front with its bytes in the rejected topic; sent again from there, it lets the others go', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('a', 1, true), charge('a', 2), charge('a', 3))
  desk.lose(1)
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect([desk.written, desk.counts, desk.posted]).toEqual([[], { read: 3, discarded: 1, parked: 2 }, 0])
  expect(desk.rejections.find(({ originOffset }) => originOffset === 1)!.value!.equals(desk.sent[1]!.value!)).toBe(true)
  await desk.ask([1])
  await desk.letGo()
  expect([desk.written, desk.counts]).toEqual([of('a', 2, 3), { read: 3, discarded: 1, mapped: 2 }])
})

test('of those that wait for a key, the free ones go however many are in front of them that are not', async () => {
  const desk = new Desk(unit), under = (it: Sent): Sent => ({ ...it, key: Buffer.from('k') }), many = Array.from({ length: 1_200 }, (_, n) => n)
  await desk.send(charge('a', 1, true), under(unread('k')), ...many.map((n) => under(charge('a', n + 2))), ...many.map((n) => under(charge(`lost${n}`, 1))), under(charge('b', 1)))
  for (const n of many) desk.lose(2 + many.length + n)
  await desk.ask([1], 'discard')
  await desk.letGo()
  expect([desk.written, desk.posted, desk.counts]).toEqual([of('b', 1), 0, { read: 2_403, mapped: 1, discarded: 1, rejected: 1, parked: 2_400 }])
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect(desk.written.slice(1)).toEqual(of('a', ...many.map((n) => n + 2)))
})

test('a word that lets go does nothing out of turn, whoever writes it how often', async () => {
  const desk = new Desk(unit), word = (place: string) => [{ name: 'hub_release', value: Buffer.from(place) }]
  await desk.send(charge('a', 1, true), charge('a', 2))
  for (const [key, place] of [['payment.v1 stripe:a:charge', 'source.stripe.events/3/AAAA'], ['payment.v1 stripe:a:charge', 'source.stripe.events/2/AAAA'], ['* YQ', 'source.stripe.events/3/AAAA'], ['', 'x']] as const) await desk.word(key, word(place))
  expect([desk.written, desk.counts, desk.open]).toEqual([[], { read: 2, rejected: 1, parked: 1 }, 2])
})

test('a mapping that reads another entity out of a redriven record puts it behind what is open of that one', async () => {
  const desk = new Desk(unit)
  await desk.send(charge('b', 1, true), unread('a'), charge('b', 2))
  // As if a mapping of another day read it so.
  desk.sent[1] = { ...desk.sent[1]!, value: charge('b', 7).value }
  await desk.ask([1])
  expect([desk.answers.map(({ outcome }) => outcome), desk.counts]).toEqual([['parked'], { read: 3, rejected: 1, parked: 2 }])
  expect(desk.rejections.at(-1)).toMatchObject({ code: 'order.parked', attempt: 2, entity: 'stripe:b:charge' })
  await desk.ask([0], 'discard')
  await desk.letGo()
  expect([desk.written, desk.open]).toEqual([of('b', 7, 2), 0])
})
