import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { compile, Rejected } from './compile.ts'
import { contract } from './contract.ts'
import { decimal } from './decimal.ts'
import { ExactNumber } from './exact.ts'
import { fingerprint } from './fingerprint.ts'
import { each, group, mapping, part } from './mapping.ts'
import { id, oneOf, optional, same, text } from './meanings.ts'
import { micros } from './micros.ts'
import { lineage, sheet, unread } from './sheet.ts'

const orderContract = contract(Type.Object({
  id: ExactNumber(), at: Type.String(), changed: Type.String(), state: Type.String(), live: Type.Boolean(), currency: Type.String(), total: Type.String(), labels: Type.Union([Type.Null(), Type.Array(Type.String())]),
  unused: Type.String(), to: Type.Optional(Type.Union([Type.Null(), Type.Object({ city: Type.String() })])),
  items: Type.Union([Type.Null(), Type.Array(Type.Object({ id: Type.Integer(), price: Type.String(), taxes: Type.Array(Type.Object({ rate: Type.Number(), amount: Type.String() })) }))]),
}))
const nothing = { says: 'The shop does not say.', from: [], get: () => null } as const
const amount = { says: 'Zero.', from: [], get: () => decimal(0) } as const
const order = mapping(orderContract, 'order.v1', {
  entity: { says: 'Order id.', from: 'id', get: (it) => `shop:${id(it)}` },
  version: { says: 'Last change.', from: 'changed', get: micros },
  occurredAt: { says: 'When it was placed.', from: 'at', get: micros },
  fields: {
    id: { says: 'Order id.', from: 'id', get: id }, number: { says: 'Order id.', from: 'id', get: id },
    status: { says: 'Open or done.', from: 'state', get: oneOf({ open: 'OPEN', done: 'COMPLETED' }) },
    paymentStatus: nothing, fulfillmentStatus: nothing,
    placedAt: { says: 'When it was placed.', from: 'at', get: micros }, updatedAt: { says: 'Last change.', from: 'changed', get: micros },
    closedAt: nothing, cancelledAt: nothing, cancelReason: nothing, channel: nothing,
    test: { says: 'The opposite of live.', from: 'live', get: (live) => !live }, currency: { says: 'Currency.', from: 'currency', get: text }, pricesIncludeTax: { says: 'Live.', from: 'live', get: same },
    customer: nothing, email: nothing, phone: nothing, billingAddress: nothing,
    shippingAddress: part('to', { says: 'Where it goes.', missing: 'null', fields: {
      firstName: nothing, lastName: nothing, company: nothing, line1: nothing, line2: nothing, city: { says: 'City.', from: 'city', get: text }, region: nothing, postalCode: nothing, country: nothing, phone: nothing,
    } }),
    lines: each('items', { says: 'What was bought.', fields: {
      id: { says: 'Line id.', from: 'id', get: String }, product: nothing, variant: nothing, sku: nothing, title: { says: 'Line id.', from: 'id', get: String },
      quantity: amount, unitPrice: { says: 'Price.', from: 'price', get: decimal }, discount: amount, total: nothing, shippable: nothing,
      taxes: each('taxes', { says: 'Taxes.', fields: { title: { says: 'Tax.', from: [], get: () => 'tax' }, rate: { says: 'Rate.', from: 'rate', get: decimal }, amount: { says: 'Amount.', from: 'amount', get: decimal } } }),
    } }),
    discounts: { says: 'None.', from: [], get: () => [] }, taxes: { says: 'None.', from: [], get: () => [] }, shipping: { says: 'None.', from: [], get: () => [] },
    totals: group({ says: 'Sums.', fields: { subtotal: nothing, discount: amount, shipping: nothing, tax: amount, total: { says: 'Total.', from: 'total', get: decimal } } }),
    note: nothing, tags: each('labels', { says: 'Labels.', missing: 'empty', get: text }),
  },
})
const line = { id: 1, price: '9.90', taxes: [{ rate: 0.19, amount: '1.58' }] }
const payload = { id: 1001, at: '2024-03-25T11:23:01+01:00', changed: '2024-03-25T11:23:02.5Z', state: 'done', live: true, currency: 'EUR', total: '19.80', labels: ['a', 'b'], unused: '', items: [line] }
const problems = (act: () => unknown) => { try { act(); return [] } catch (error) { return error instanceof Rejected ? error.problems : [error] } }

describe('a mapping', () => {
  const make = compile(order)

  test('makes the canonical record from exactly what it names', () => {
    expect(orderContract.problems(payload)).toEqual([])
    expect(make(payload)).toMatchObject({
      model: 'order.v1', entity: 'shop:1001', version: 1711365782500000, occurredAt: 1711362181000000, mapping: fingerprint(order),
      value: { status: 'COMPLETED', test: false, shippingAddress: null, tags: ['a', 'b'], lines: [{ unitPrice: '9.90', taxes: [{ rate: '0.19' }] }], totals: { total: '19.80', subtotal: null } },
    })
  })

  test('takes the version for the time where nothing else says when it occurred', () => {
    const { occurredAt, ...without } = order
    expect(compile(without)(payload)).toMatchObject({ version: 1711365782500000, occurredAt: 1711365782500000 })
    expect(occurredAt).toBeDefined()
  })

  test('names every refused field with its canonical name, source path, code and the value\'s shape, never the value', () => {
    const bad = { ...payload, id: -5, state: 'Halb 7', at: '25.03.2024', labels: ['a', '\ud800'], items: [line, { ...line, price: '9,90' }], total: 'viel' }
    expect(problems(() => make(bad))).toEqual([
      { field: 'entity', from: ['id'], code: 'value.not-id', expected: expect.any(String), got: 'number' },
      { field: 'occurredAt', from: ['at'], code: 'value.not-time', expected: 'an ISO 8601 time with an offset', got: 'text "99.99.9999"' },
      { field: 'id', from: ['id'], code: 'value.not-id', expected: expect.any(String), got: 'number' },
      { field: 'number', from: ['id'], code: 'value.not-id', expected: expect.any(String), got: 'number' },
      { field: 'status', from: ['state'], code: 'value.not-one-of', expected: 'one of open, done', got: 'text "Aaaa 9"' },
      { field: 'placedAt', from: ['at'], code: 'value.not-time', expected: 'an ISO 8601 time with an offset', got: 'text "99.99.9999"' },
      { field: 'lines[1].unitPrice', from: ['items[1].price'], code: 'value.not-decimal', expected: expect.any(String), got: 'text "9,99"' },
      { field: 'totals.total', from: ['total'], code: 'value.not-decimal', expected: expect.any(String), got: 'text "aaaa"' },
      { field: 'tags[1]', from: ['labels[1]'], code: 'value.not-text', expected: expect.any(String), got: expect.any(String) },
    ])
  })

  test('that throws is a data error of that record: field, paths, the class and place of the error, never its message', () => {
    const broken = { ...order, fields: { ...order.fields, note: { says: '', from: 'unused', get: () => { throw new TypeError('bob@example.com') } }, email: { says: '', from: 'at', get: () => { throw 'bob' } } } }
    const found = problems(() => compile(broken)(payload))
    expect(found).toEqual([
      { field: 'note', from: ['unused'], code: 'mapping.threw', expected: 'a value or a refusal', got: expect.stringMatching(/^TypeError at mapping\.test\.ts:\d+$/) },
      { field: 'email', from: ['at'], code: 'mapping.threw', expected: 'a value or a refusal', got: 'text "aaa"' },
    ].sort((a, b) => Object.keys(broken.fields).indexOf(a.field) - Object.keys(broken.fields).indexOf(b.field)))
    expect(JSON.stringify(found)).not.toContain('bob')
  })

  test('refuses a version that a number cannot hold, and an entity without an id space', () => {
    const odd = { ...order, version: { says: '', from: 'id', get: () => 2 ** 53 }, entity: { says: '', from: 'id', get: () => '1001' } }
    expect(problems(() => compile(odd)(payload))).toMatchObject([{ field: 'entity', code: 'value.not-entity' }, { field: 'version', code: 'value.version-not-exact' }])
  })

  test('refuses a list that is missing unless the table says what that means', () => {
    expect(problems(() => make({ ...payload, items: null }))).toMatchObject([{ field: 'lines', from: ['items'], code: 'value.missing' }])
    expect(make({ ...payload, labels: null })).toMatchObject({ value: { tags: [] } })
  })

  test('of a deleted entity reads no field', () => {
    const gone = { ...order, deleted: { says: '', from: 'live', get: () => true } }
    expect(compile(gone)({ ...payload, total: 'viel' })).toMatchObject({ entity: 'shop:1001', value: null })
  })

  test('whose when does not hold makes nothing, whatever else is wrong', () => {
    expect(compile({ ...order, when: { says: '', from: 'live', get: () => false } })({ ...payload, total: 'viel' })).toBeNull()
  })

  test('cannot be made to run what stands in a path', () => {
    const evil = { ...order, fields: { x: { says: '', from: 'a"]; process.exit(1); s["b', get: (value: unknown) => value } } }
    expect(compile(evil as never)(payload)?.value).toEqual({ x: undefined })
  })

  test('is its own document: sheet, lineage, and what nobody reads', () => {
    expect(sheet(order)).toContain('| `totals.total` | Total. | `total` |')
    expect(sheet(order)).toContain('| `occurredAt` | When it was placed. | `at` |')
    expect(lineage(order)).toContainEqual(['items[].taxes[].rate', 'lines[].taxes[].rate'])
    expect(lineage(order)).toContainEqual(['labels', 'tags'])
    expect(unread([order])).toEqual(['unused'])
  })
})

describe('the fingerprint of a mapping', () => {
  const print = fingerprint(order)
  const field = (it: object) => fingerprint({ ...order, fields: { ...order.fields, status: { says: 'Open or done.', from: 'state', get: oneOf({ open: 'OPEN', done: 'COMPLETED' }), ...it } as never } })
  test('is the same for the same table', () => expect([print, field({})]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/), print]))
  test.each([
    ['a sentence', { says: 'Other.' }], ['a path', { from: 'currency' }], ['a get', { get: (it: string) => it }], ['the meaning of one code', { get: oneOf({ open: 'OPEN', done: 'CANCELLED' }) }],
    ['whether it may be missing', { get: optional(oneOf({ open: 'OPEN', done: 'COMPLETED' })) }],
  ])('changes with %s', (_, it) => expect(field(it)).not.toBe(print))
  test('changes with its head and with a list', () => {
    expect(new Set([print, fingerprint({ ...order, model: 'customer.v1' }), fingerprint({ ...order, version: order.entity }), fingerprint({ ...order, when: order.entity }),
      fingerprint({ ...order, fields: { ...order.fields, tags: { kind: 'items', says: 'Labels.', from: 'labels', missing: 'empty', item: (it: string) => it.trim() } as never } })]).size).toBe(5)
  })
})
