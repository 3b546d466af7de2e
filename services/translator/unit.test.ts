import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import type { Receipt, Rejection } from '../../canonical/models.generated.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { Header, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { LeaseState } from '../runtime/kafka/lease-state.ts'
import { RecordSet } from '../runtime/kafka/record-set.ts'
import { names } from '../runtime/names.ts'
import { sourcesFolder } from './sources/generate.ts'
import { sources } from './sources/index.generated.ts'
import { Unit } from './unit.ts'

type Payload = Record<string, unknown>
const { card, source } = sources['shopify-orders']
const sample = (): Payload => JSON.parse(readFileSync(join(sourcesFolder, card.name, 'samples', 'an-order-and-its-customer.in.json'), 'utf8')) as Payload
const changed = (changes: Payload) => Buffer.from(JSON.stringify({ ...sample(), ...changes }))
const hub = names('')

interface Sent { readonly value: Buffer | null; readonly key?: Buffer | null; readonly timestamp?: number; readonly headers?: readonly Header[] }

/** What a chunk of these records becomes: rejections and receipts decoded, canonical records by topic. */
async function translated(sent: readonly Sent[]) {
  const unit = new Unit({ card, source, names: hub, registry: { idOf: async () => 1 }, instance: 'test', approvedAt: () => -Infinity, reread: async () => new Map() })
  const records = sent.map((it, offset): KafkaRecord => ({ offset, timestamp: 1_700_000_000_000, key: null, headers: [], ...it }))
  const { output } = await unit.translate({ unit: unit.name, topic: 'source.shopify.orders', topicId: 'AAAA', partition: 0, from: 0, next: records.length, records }, { state: new LeaseState(), killed: false, alone: false })
  const written = (topic: string) => output.batches().filter((it) => it.topic === topic).flatMap(({ writer }) => {
    const into: KafkaRecord[] = []
    new RecordSet(writer.seal(), 0, []).take(into, { maxRecords: Infinity, maxBytes: Infinity })
    return into
  })
  const rejections = written(hub.rejected(unit.name)).map(({ value }): Rejection => rejectionCodec().decode(value!, () => schemaText('rejection.v1')))
  const [receipt] = written(hub.receipts).map(({ value }): Receipt => receiptCodec().decode(value!, () => schemaText('receipt.v1')))
  const counts: Record<string, number> = {}
  for (const { model, outcome, count } of receipt!.entries) if (model === null) counts[outcome] = (counts[outcome] ?? 0) + count
  return { rejections, receipt, counts, orders: written(hub.canonical('order.v1')), output }
}
const good = { value: changed({}) }

test('a payload with names of Object.prototype is rejected like any other, and shows nothing of its values', async () => {
  for (const name of [{ secret: 1 }, 'Ada Lovelace', 5, null]) {
    const { rejections, counts } = await translated([good, { value: changed({ id: 4_711, name: { constructor: { name } } }) }, good])
    expect(counts).toEqual({ read: 3, mapped: 2, rejected: 1 })
    expect(rejections[0]!.problems).toMatchObject([{ from: ['name'], got: 'Object' }])
  }
  const own = Buffer.from(changed({}).toString().replace('{', '{"__proto__":{"id":1},"hasOwnProperty":5,"toString":{"a":[]},'))
  expect((await translated([{ value: own }])).counts).toEqual({ read: 1, mapped: 1 })
})

test('a record whose canonical form no topic takes is rejected with its original bytes, and its neighbours flow', async () => {
  const huge = changed({ id: 4_711, note: randomBytes(900_000).toString('hex') + randomBytes(300_000).toString('base64') })
  const { rejections, counts, orders } = await translated([good, { value: huge, key: Buffer.from('k'), headers: [{ name: 'a', value: null }] }, good])
  expect(counts).toEqual({ read: 3, mapped: 2, rejected: 1 })
  expect(rejections[0]).toMatchObject({ code: 'record.too-large', headers: [{ name: 'a', value: null }] })
  expect(rejections[0]!.value!.equals(huge)).toBe(true)
  expect(orders.length).toBe(2)
})

test('a large record that its topic takes when it is compressed is written', async () => {
  const { counts, output } = await translated([{ value: changed({ note: 'all the same '.repeat(200_000) }) }])
  expect(counts).toEqual({ read: 1, mapped: 1 })
  for (const { writer } of output.batches()) expect(writer.seal().length).toBeLessThan(1 << 20)
})

test('a rejection with thousands of problems names the first of them', async () => {
  const line = (sample()['line_items'] as Payload[])[0]!
  const { rejections } = await translated([{ value: changed({ line_items: Array.from({ length: 5_000 }, () => ({ ...line, price: 'none', quantity: 1 })) }) }])
  expect(rejections[0]!.problems.length).toBe(200)
})

test.each([1.7e18, -9e15, -1])('a record with the timestamp %d is translated', async (timestamp) => {
  const { counts, orders, rejections, receipt } = await translated([{ ...good, timestamp }, { value: Buffer.from('no json'), timestamp }])
  expect(counts).toEqual({ read: 2, mapped: 1, rejected: 1 })
  expect(orders[0]!.timestamp).toBeLessThanOrEqual(Date.now())
  expect([receipt, rejections[0]]).toEqual([expect.objectContaining({ newest: expect.any(Number) as number, oldest: expect.any(Number) as number }), expect.objectContaining({ originTime: expect.any(Number) as number })])
})

test('a record that breaks a rule which warns is written, and counted beside the balance and not in it', async () => {
  const { counts, orders, receipt } = await translated([good, { value: changed({ subtotal_price: '1.00' }) }, good])
  expect(counts).toEqual({ read: 3, mapped: 3 })
  expect(orders.length).toBe(3)
  expect(receipt!.entries.filter(({ outcome }) => outcome === 'warned').map(({ model, reason, count }) => [model, reason, count])).toEqual([['order.v1', 'order-subtotal', 1], ['order.v1', 'shopify-total-with-tax', 1]])
})

test('a record that breaks rules which refuse is rejected for all of them, in the words of the first', async () => {
  const [line] = sample()['line_items'] as Payload[]
  const { counts, orders, rejections } = await translated([good, { value: changed({ line_items: [{ ...line, quantity: 2 }, { ...line, quantity: -1 }, { ...line, quantity: 1e7 }], subtotal_price: '1.00' }) }])
  expect(counts).toEqual({ read: 2, mapped: 1, rejected: 1 })
  expect(orders.length).toBe(1)
  expect(rejections[0]).toMatchObject({ code: 'rule.order-quantity', says: 'An order line is for no less than nothing and for fewer than a million pieces.', problems: [
    { field: 'lines[1].quantity', from: ['line_items[1].quantity'] }, { field: 'lines[2].quantity', from: ['line_items[2].quantity'], got: 'text "99999999"' },
  ] })
})

test('an entity too long for any index is rejected', async () => {
  const { rejections } = await translated([{ value: Buffer.from(changed({}).toString().replace(/^\{"id":\d+/, `{"id":${'9'.repeat(100_000)}`)) }])
  expect(rejections[0]!.code).toBe('value.not-entity')
})

test('odd records are rejected one by one: no value, an empty one, other JSON, odd headers', async () => {
  const odd: Sent[] = [null, Buffer.alloc(0), ...['null', '[]', '5', '"x"', '{}', '[null]'].map((it) => Buffer.from(it)), Buffer.from([0xff, 0xfe])].map((value) => ({
    value, key: Buffer.from([0xff, 0]), headers: [{ name: 'traceparent', value: Buffer.from([0]) }, { name: '', value: null }, { name: 'traceparent', value: Buffer.alloc(0) }],
  }))
  const { counts, rejections } = await translated([...odd, good])
  expect(counts).toEqual({ read: odd.length + 1, mapped: 1, rejected: odd.length })
  for (const [at, it] of rejections.entries()) expect({ key: it.key, value: it.value, headers: it.headers.length }).toEqual({ key: odd[at]!.key, value: odd[at]!.value, headers: 3 })
})

describe('a refused state', () => {
  const at = (time: string, more: Payload = {}) => ({ value: changed({ updated_at: time, ...more }) }), unknown = { financial_status: 'nobody-knows' }
  const [older, newer] = ['2026-01-01T10:00:00+00:00', '2026-01-01T11:00:00+00:00']

  test('closes itself when a newer one of its entity goes through, in the books of its own block', async () => {
    const { counts, receipt, rejections } = await translated([at(older, unknown), at(newer)])
    expect(counts).toEqual({ read: 2, rejected: 0, mapped: 1, superseded: 1 })
    expect(receipt!.answers).toEqual([{ rejection: rejections[0]!.id, attempt: 1, outcome: 'superseded', reason: 'newer-version' }])
    expect(rejections[0]).toMatchObject({ entity: expect.stringMatching(/^shopify:/) as string, version: Date.parse(older) * 1_000 })
  })

  test('of the same version is passed by the record that came after it', async () => {
    expect((await translated([at(newer, unknown), at(newer)])).counts).toEqual({ read: 2, rejected: 0, mapped: 1, superseded: 1 })
  })

  test.for([
    ['an older one', [at(newer, unknown), at(older)]], ['one that came before it', [at(newer), at(newer, unknown)]], ['another entity', [at(older, unknown), at(newer, { id: 4_711 })]],
    ['one whose customer is an older one', [at(older, { ...unknown, customer: { ...sample()['customer'] as Payload, updated_at: newer } }), at(newer, { customer: { ...sample()['customer'] as Payload, updated_at: older } })]],
  ] as const)('waits on when what goes through is %s', async ([, sent]) => {
    const { counts, receipt } = await translated(sent)
    expect([counts['rejected'], receipt!.answers]).toEqual([1, []])
  })
})
