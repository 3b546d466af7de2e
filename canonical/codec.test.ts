import avro from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from './arena.ts'
import { fromBytes } from './avro-decimal.ts'
import { modelCodec, receiptCodec, rejectionCodec } from './codec.ts'
import { Rejected } from './compile.ts'
import { decimal } from './decimal.ts'
import { effectKey, hash64, HashSum, parseEffectKey } from './key.ts'
import { micros } from './micros.ts'
import type { Order, Payment, StockLevel } from './models.generated.ts'
import { schemaIdOf } from './reader.ts'
import { Refused } from './refused.ts'
import { schemaOf, schemaText } from './schemas.ts'

const identity = {
  source: 'shop', entity: 'shop:1001', version: 1711381853000000, revision: 0, occurredAt: micros('2024-03-25T15:50:53Z'),
  origin: { topic: 'source.shop', partition: 3, offset: 12_345_678_901 }, mapping: 'cafe',
}
const stock: StockLevel = { product: 'shop:1', sku: null, location: 'Zürich', onHand: decimal('14.3999996'), reserved: null, asOf: micros('2024-03-25T15:50:53Z') }
const order: Order = {
  id: '1465491411815437158', number: '#1001', status: 'OPEN', paymentStatus: 'PAID', fulfillmentStatus: null, placedAt: micros('2024-03-25T11:23:01Z'), updatedAt: micros('2024-03-25T11:23:02Z'),
  closedAt: null, cancelledAt: null, cancelReason: null, channel: 'web', test: false, currency: 'EUR', pricesIncludeTax: true, customer: 'shop:7', email: 'a@example.com', phone: null, billingAddress: null,
  shippingAddress: { firstName: 'Ann', lastName: null, company: null, line1: 'Weg 1', line2: null, city: 'Köln', region: null, postalCode: '50667', country: 'DE', phone: null },
  lines: [{ id: '1', product: null, variant: null, sku: 'A-1', title: 'Tasse 😀', quantity: decimal(2), unitPrice: decimal('9.90'), discount: decimal(0), total: null, taxes: [{ title: 'VAT', rate: decimal('0.19'), amount: decimal('3.16') }], shippable: true }],
  discounts: [{ code: 'X', kind: 'FIXED', amount: decimal('0.1') }], taxes: [], shipping: [],
  totals: { subtotal: decimal('19.8'), discount: decimal(0), shipping: null, tax: decimal('3.16'), total: decimal('9223372036854775807') }, note: 'x'.repeat(500), tags: ['a', 'ß'],
}
const writer = (name: string) => () => schemaText(name)
const caught = (act: () => unknown): unknown => { try { act(); return 'accepted' } catch (error) { return error } }
const code = (act: () => unknown): unknown => { const error = caught(act); return error instanceof Refused ? error.code : error instanceof Rejected ? error.problems.map((it) => [it.field, it.code]) : error }

describe('a model codec', () => {
  test('gives back what it was given, with the identity and the effect key', () => {
    const codec = modelCodec('order.v1')
    const { bytes, effectKey: key } = codec.encode(7, order, identity)
    expect(schemaIdOf(bytes)).toBe(7)
    expect(codec.decode(bytes, writer('order.v1'))).toEqual({ ...order, lines: [{ ...order.lines[0], unitPrice: '9.9' }], meta: { ...identity, effectKey: key } })
    expect(codec.decodeMeta(bytes, writer('order.v1'))).toEqual({ ...identity, effectKey: key })
  })

  test('writes the bytes that avsc writes', () => {
    const plain = avro.Type.forSchema(schemaOf('order.v1') as avro.Schema, { wrapUnions: 'never' })
    const codec = modelCodec('order.v1')
    const { bytes } = codec.encode(7, order, identity)
    expect(plain.toBuffer(plain.fromBuffer(bytes.subarray(5)))).toEqual(Buffer.from(bytes.subarray(5)))
  })

  test('makes the key of model, entity, version, revision and the hash of everything but meta', () => {
    const codec = modelCodec('stock-level.v1')
    const one = codec.encode(1, stock, identity)
    expect(one.effectKey).toMatch(/^stock-level\.v1\/shop:1001@1711381853000000\.0#[0-9a-f]{16}$/)
    expect(one.keyHash).toBe(hash64(one.effectKey))
    const again = codec.encode(9, stock, { ...identity, source: 'other', origin: { topic: 't', partition: 0, offset: 0 }, mapping: 'f00d' })
    expect(again.effectKey).toBe(one.effectKey)
    expect(codec.encode(1, { ...stock, onHand: decimal('14.3999997') }, identity).effectKey).not.toBe(one.effectKey)
    expect(codec.encode(1, { ...stock, onHand: decimal('14.399999600') }, identity).effectKey).toBe(one.effectKey)
  })

  test('gives a delete a key and no bytes', () => {
    expect(modelCodec('order.v1').encodeDelete(identity)).toEqual({ effectKey: 'order.v1/shop:1001@1711381853000000.0#ef46db3751d8e999', keyHash: expect.any(BigInt), bytes: null })
  })

  test('leaves earlier views alone until the arena is cleared, however much is written', () => {
    const arena = new Arena()
    const codec = modelCodec('stock-level.v1', arena)
    const made = Array.from({ length: 20_000 }, (_, i) => codec.encode(1, { ...stock, sku: `${i}` }, identity).bytes)
    expect(made.every((bytes, i) => codec.decode(bytes, writer('stock-level.v1')).sku === `${i}`)).toBe(true)
    const big = codec.encode(1, { ...stock, sku: 'y'.repeat(3_000_000) }, identity)
    expect(codec.decode(big.bytes, writer('stock-level.v1')).sku?.length).toBe(3_000_000)
  })

  test('names every field that the model does not take, all in one go, and the next record is not hurt', () => {
    const codec = modelCodec('order.v1')
    const bad = { ...order, status: 'UNKNOWN', number: 5, note: 'half \ud83d', tags: ['ok', undefined], lines: [{ ...order.lines[0], title: '\udc00' }, null], totals: undefined } as never
    expect(code(() => codec.encode(1, bad, identity))).toEqual([
      ['number', 'value.not-of-model'], ['status', 'value.not-of-model'], ['lines[0].title', 'value.not-text'], ['lines[1]', 'value.not-of-model'],
      ['totals', 'value.not-of-model'], ['note', 'value.not-text'], ['tags[1]', 'value.not-of-model'],
    ])
    expect(codec.decode(codec.encode(1, order, identity).bytes, writer('order.v1')).id).toBe(order.id)
  })

  test('refuses a version that a number cannot hold, when it writes and when it reads', () => {
    const codec = modelCodec('stock-level.v1')
    expect(code(() => codec.encode(1, stock, { ...identity, version: 2 ** 53 - 1 }))).toBe('value.version-not-exact')
    expect(codec.decode(codec.encode(1, stock, { ...identity, version: 2 ** 53 - 2 }).bytes, writer('stock-level.v1')).meta.version).toBe(2 ** 53 - 2)
    expect(codec.decode(codec.encode(1, stock, { ...identity, version: -(2 ** 52) }).bytes, writer('stock-level.v1')).meta.version).toBe(-(2 ** 52))
    const bytes = Buffer.from(codec.encode(1, stock, { ...identity, version: 2 ** 53 - 2 }).bytes)
    const varint = Buffer.from('fcffffffffffff1f', 'hex')
    varint.copy(bytes, bytes.indexOf(varint))
    bytes[bytes.indexOf(varint) + 7] = 0x3f
    expect(code(() => codec.decode(bytes, writer('stock-level.v1')))).toBe('record.number-too-large')
  })

  test('an entity without an id space is refused', () => {
    expect(['1001', ':1', 'shop:', 'shop:\ud800'].map((entity) => code(() => modelCodec('stock-level.v1').encode(1, stock, { ...identity, entity })))).toEqual(Array(4).fill('value.not-entity'))
  })

  test('asks for a schema once, and reads what another version of the schema wrote', () => {
    const codec = modelCodec('payment.v1')
    const payment: Payment = { id: '1', kind: 'CHARGE', direction: 'IN', state: 'SUCCEEDED', amount: decimal(1e-9), currency: 'EUR', madeAt: micros('2024-03-25T15:50:53Z'), customer: null, order: null, parent: null, method: null, reason: null, description: 'x' }
    const newer = schemaOf('payment.v1')
    const fields = newer.fields.filter((it) => it.name !== 'description').map((it) => (it.name !== 'kind' ? it : { ...it, type: { type: 'enum' as const, name: 'PaymentKind', symbols: ['PAYOUT', 'UNKNOWN', 'CHARGE'], default: 'UNKNOWN' } }))
    const text = JSON.stringify({ ...newer, fields: [{ name: 'added', type: 'string', default: '' }, ...fields] })
    const other = avro.Type.forSchema(JSON.parse(text) as avro.Schema, { wrapUnions: 'never' })
    const frame = (kind: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, 8]), other.toBuffer({ ...payment, added: 'new', kind, amount: Buffer.from([1]), meta: { ...identity, effectKey: 'k' } })])
    let asked = 0
    const schemaOfId = (id: number) => { asked++; expect(id).toBe(8); return text }
    expect(codec.knows(8)).toBe(false)
    expect(codec.decode(frame('CHARGE'), schemaOfId)).toEqual({ ...payment, amount: '0.000000001', description: null, meta: { ...identity, effectKey: 'k' } })
    expect(codec.decode(frame('PAYOUT'), schemaOfId).kind).toBe('UNKNOWN')
    expect(codec.decodeMeta(frame('PAYOUT'), schemaOfId).effectKey).toBe('k')
    expect([asked, codec.knows(8)]).toEqual([1, true])
  })

  test('bytes that are no record are refused, never half read', () => {
    const codec = modelCodec('stock-level.v1')
    const whole = Buffer.from(codec.encode(1, stock, identity).bytes)
    const read = (bytes: Buffer) => code(() => codec.decode(bytes, writer('stock-level.v1')))
    expect([read(Buffer.from('{}')), read(Buffer.alloc(0)), read(Buffer.concat([whole, Buffer.from([0])])), read(whole.subarray(0, -1)), read(Buffer.concat([whole.subarray(0, 5), Buffer.alloc(40, 0xff)]))])
      .toEqual(['record.not-framed', 'record.not-framed', 'record.unreadable', 'record.unreadable', 'record.unreadable'])
    for (let at = 5; at < whole.length; at++) expect(['record.unreadable']).toContain(read(whole.subarray(0, at)))
    expect(code(() => modelCodec('order.v1').decode(whole, writer('stock-level.v1')))).toBe('record.incompatible-schema')
  })
})

describe('what the arena writes', () => {
  const long = avro.Type.forSchema('long'), string = avro.Type.forSchema('string')
  const wrote = (write: (to: Arena) => void) => { const arena = new Arena(); arena.begin(); write(arena); return Buffer.from(arena.view()) }
  test('a whole number is what avsc writes, over the whole exact range', () => {
    fc.assert(fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 }), (value) => { expect(wrote((to) => to.long(value))).toEqual(long.toBuffer(value)) }))
    for (const edge of [0, -1, 63, 64, -64, -65, 2 ** 30 - 1, 2 ** 30, -(2 ** 30), -(2 ** 30) - 1, 2 ** 31, 2 ** 52 - 1, 2 ** 52]) expect(wrote((to) => to.long(edge))).toEqual(long.toBuffer(edge))
  })
  test('a text is what avsc writes, whatever its script and length', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => { expect(wrote((to) => to.string(value))).toEqual(string.toBuffer(value)) }))
  })
  test('a decimal comes back as it went, in the fewest bytes', () => {
    const back = (text: string) => fromBytes(wrote((to) => to.decimal(decimal(text))).subarray(1))
    for (const text of ['0', '0.000000001', '-0.000000128', '-0.000000129', '0.000000128', '199.65', '-3.33', '999999.999999999', '12345678', '-99999999999999999999999999999.999999999', '140737.488355327', '-140737.488355328', '140737.488355328']) expect(back(text)).toBe(text)
    fc.assert(fc.property(fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n), (value) => {
      const digits = (value < 0n ? -value : value).toString().padStart(10, '0')
      const text = `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`
      const bytes = wrote((to) => to.decimal(decimal(text))).subarray(1)
      expect(BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))).toBe(value)
    }))
    expect(['0.000000127', '0.000000128', '-0.000000128'].map((text) => wrote((to) => to.decimal(text)).length)).toEqual([2, 3, 2])
  })
})

describe('keys', () => {
  test('an effect key is read back, whatever stands in the entity', () => {
    fc.assert(fc.property(fc.string({ minLength: 1 }), fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 2 }), fc.nat(), fc.bigInt(0n, 2n ** 64n - 1n), (id, version, revision, hash) => {
      const parts = { model: 'order.v1' as const, entity: `shop:${id}`, version, revision, hash }
      expect(parseEffectKey(effectKey(parts))).toEqual({ ...parts, version: version + 0 })
    }))
    expect(code(() => parseEffectKey('order.v1/shop:1@2#0'))).toBe('record.not-a-key')
  })
  test('hash sums do not depend on the order, and come back from eight bytes', () => {
    const a = new HashSum(), b = new HashSum()
    for (const it of [1n, 2n ** 64n - 1n, 2n ** 63n]) a.add(it)
    for (const it of [2n ** 63n, 2n ** 64n - 1n, 1n]) b.add(it)
    expect([a.value, HashSum.of(a.bytes()), a.bytes().length]).toEqual([b.value, 2n ** 63n, 8])
  })
})

describe('the hub\'s own records', () => {
  test('a receipt comes back as it went', () => {
    const codec = receiptCodec()
    const sum = new HashSum()
    sum.add(42n)
    const receipt = { stage: 'TRANSLATE' as const, unit: 'shop', instance: 'a', topic: 't', topicId: 'ff', partition: 0, from: 0, next: 5, revision: 0, mapping: 'm', at: micros('2024-03-25T15:50:53Z'), newest: null, oldest: null,
      entries: [{ originTopic: 't', originPartition: 0, block: 0, model: null, outcome: 'read', reason: null, count: 5, hashSum: sum.bytes(), totals: { 'amount EUR': decimal('1.5'), 'a': decimal(-2) } }], answers: [{ rejection: 't/0/1/TRANSLATE', attempt: 2, outcome: 'rejected', reason: 'value.missing' }] }
    expect(codec.decode(codec.encode(3, receipt), writer('receipt.v1'))).toEqual(receipt)
  })
  test('a rejection keeps the original bytes', () => {
    const codec = rejectionCodec()
    const rejection = { id: 't/0/1#TRANSLATE', stage: 'TRANSLATE' as const, unit: 'shop', code: 'c', says: 's', problems: [{ field: 'f', from: ['a', 'b'], code: 'c', expected: 'e', got: 'g' }], group: 'g', entity: null, version: null, mapping: 'm', schemaId: null,
      originTopic: 't', originTopicId: 'ff', originPartition: 0, originOffset: 1, originTime: micros('2024-03-25T15:50:53Z'), at: micros('2024-03-25T15:50:53Z'), attempt: 1, traceparent: null, key: Buffer.from([0xff, 0]), value: null, headers: [{ name: 'h', value: Buffer.from('x') }, { name: 'n', value: null }] }
    expect(codec.decode(codec.encode(3, rejection), writer('rejection.v1'))).toEqual(rejection)
  })
})
