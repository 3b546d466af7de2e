import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { Rejected } from './compile.ts'
import { contract } from './contract.ts'
import { decimal } from './decimal.ts'
import { eachOf } from './each-of.ts'
import { Exact, ExactNumber } from './exact.ts'
import { mapping } from './mapping.ts'
import { oneOf, same, text } from './meanings.ts'
import { micros } from './micros.ts'
import { Refused } from './refused.ts'
import { rules } from './rules.ts'
import { kind, source } from './source.ts'
import { unknownFieldsOf } from './unknown-fields.ts'

const stockContract = contract(Type.Object({ type: Type.String(), sku: Type.String(), place: Type.String(), count: ExactNumber(), at: Type.String(), test: Type.Boolean() }))
const stock = mapping(stockContract, 'stock-level.v1', {
  entity: { says: 'Article and place.', from: ['sku', 'place'], get: (sku, place) => `shop:${sku}/${place}` },
  version: { says: 'Last count.', from: 'at', get: micros },
  fields: {
    product: { says: 'Article.', from: 'sku', get: (sku) => `shop:${sku}` }, sku: { says: 'Article.', from: 'sku', get: text }, location: { says: 'Place.', from: 'place', get: text },
    onHand: { says: 'Count.', from: 'count', get: decimal }, reserved: { says: 'Not said.', from: [], get: () => null }, asOf: { says: 'Last count.', from: 'at', get: micros },
  },
})
const payload = { type: 'stock', sku: 'A', place: 'Köln', count: 5, at: '2024-03-25T11:23:01Z', test: false }
const twin = { ...stock, entity: { says: '', from: 'place', get: (place: string) => `twin:${oneOf({ Köln: 'a' })(place)}` } } as typeof stock
const problems = (act: () => unknown) => { try { act(); return [] } catch (error) { return error instanceof Rejected ? error.problems : [error] } }

describe('a source', () => {
  const only = (when: boolean) => source({ kinds: [kind(stockContract, {
    filters: { tests: { says: 'Test data.', from: 'test', get: same } },
    gives: [{ ...stock, when: { says: 'Never.', from: 'test', get: () => when } }],
  })] })

  test('filters by name before it maps', () => expect(only(true).translate({ ...payload, test: true, at: 'x' })).toEqual({ filtered: 'tests' }))
  test('filters a payload that no mapping wants by the name of its when, never by nothing', () => {
    expect(only(false).translate(payload)).toEqual({ filtered: 'stock-level.v1.when' })
    const named = source({ kinds: [kind(stockContract, { gives: [{ ...stock, when: { name: 'no-stock', says: 'Never.', from: 'test', get: () => false } }] })] })
    expect(named.translate(payload)).toEqual({ filtered: 'no-stock' })
  })
  test('gives several records of one payload, or none when one of them is refused, with the reasons of all', () => {
    const { translate, models } = source({ kinds: [kind(stockContract, { gives: [stock, twin] })] })
    expect(translate(payload)).toMatchObject({ records: [{ entity: 'shop:A/Köln' }, { entity: 'twin:a' }] })
    expect(problems(() => translate({ ...payload, place: 'Ulm', count: new Exact('1e400') }))).toMatchObject([
      { field: 'onHand', from: ['count'], code: 'value.not-decimal' }, { field: 'entity', from: ['place'], code: 'value.not-one-of' }, { field: 'onHand' },
    ])
    expect(models).toEqual(['stock-level.v1'])
  })
  test('holds its records to its rules, and names what the mappings and the rules refuse in one go', () => {
    const set = rules('stock-level.v1', { 'no-debt': { says: 'No debt.', broken: 'reject', rule: 'range', field: 'onHand', min: '0' }, 'in-town': { says: 'In town.', broken: 'warn', rule: 'one-of', field: 'location', values: ['Bonn'] } })
    const of = (gives: [typeof stock, ...typeof stock[]]) => source({ kinds: [kind(stockContract, { gives })], rules: [set] })
    expect(of([stock]).translate(payload)).toMatchObject({ records: [{ entity: 'shop:A/Köln' }], warned: [{ model: 'stock-level.v1', rule: 'in-town' }] })
    expect(problems(() => of([stock, twin]).translate({ ...payload, place: 'Ulm', count: -1 }))).toEqual([
      { field: 'onHand', from: ['count'], code: 'rule.no-debt', expected: 'No debt.', got: 'text "-9"' }, expect.objectContaining({ field: 'entity', code: 'value.not-one-of' }),
    ])
    const gone = { ...stock, deleted: { says: '', from: 'test', get: () => true } } as typeof stock
    expect(of([gone]).translate({ ...payload, count: -1 })).toMatchObject({ records: [{ value: null }] })
    expect(of([stock]).fingerprint).not.toBe(source({ kinds: [kind(stockContract, { gives: [stock] })] }).fingerprint)
    expect(() => source({ kinds: [kind(stockContract, { gives: [stock] })], rules: [rules('order.v1', {})] })).toThrow('there are rules for order.v1, which this source does not give')
  })
  test('names the place of a broken rule in the payload as it was sent, also where a mapping takes its list apart', () => {
    const shelf = contract(Type.Object({ at: Type.String(), rows: Type.Array(Type.Object({ sku: Type.String(), n: Type.Integer() })) })), one = eachOf(shelf, 'rows', 'row')
    const level = mapping(one, 'stock-level.v1', { entity: { says: '', from: 'row.sku', get: (sku) => `shop:${sku}` }, version: { says: '', from: 'at', get: micros }, fields: {
      product: { says: '', from: 'row.sku', get: (sku) => `shop:${sku}` }, sku: { says: '', from: 'row.sku', get: text }, location: { says: '', from: [], get: () => 'A' },
      onHand: { says: '', from: 'row.n', get: decimal }, reserved: { says: '', from: [], get: () => null }, asOf: { says: '', from: 'at', get: micros } } })
    const set = rules('stock-level.v1', { 'no-debt': { says: 'No debt.', broken: 'reject', rule: 'range', field: 'onHand', min: '0' } })
    const { translate } = source({ kinds: [kind(shelf, { gives: [level] as never })], rules: [set] })
    expect(problems(() => translate({ at: payload.at, rows: [{ sku: 'a', n: 1 }, { sku: 'b', n: -2 }] }))).toMatchObject([{ field: 'onHand', from: ['rows[1].n'] }])
  })
  test('names a mapping that skipped the payload while others did not', () => {
    const skipping = { ...twin, when: { name: 'no-twin', says: '', from: 'test', get: () => false } }
    expect(source({ kinds: [kind(stockContract, { gives: [stock, skipping] })] }).translate(payload)).toMatchObject({ records: [{ entity: 'shop:A/Köln' }], skipped: ['no-twin'] })
  })
  test('refuses a kind that nobody named, unless a reason to filter it is given', () => {
    const kinds = [kind(stockContract, { is: ['stock'], gives: [stock] })]
    expect(problems(() => source({ kind: 'type', kinds }).translate({ ...payload, type: 'Preis 1' }))).toMatchObject([{ from: ['type'], code: 'payload.unknown-kind', got: 'text "Aaaaa 9"' }])
    expect(source({ kind: 'type', kinds, others: { filtered: 'other', says: 'Other.' } }).translate({ ...payload, type: 'price' })).toEqual({ filtered: 'other' })
    expect(problems(() => source({ kind: 'type', kinds, others: { filtered: 'other', says: 'Other.' } }).translate({}))).toMatchObject([{ code: 'payload.unknown-kind', got: 'nothing' }])
  })
  test('a filter that throws refuses the record, it does not stop the source', () => {
    const { translate } = source({ kinds: [kind(stockContract, { filters: { broken: { says: '', from: 'sku', get: () => { throw new RangeError('A') } } }, gives: [stock] })] })
    expect(problems(() => translate(payload))).toMatchObject([{ field: 'broken', from: ['sku'], code: 'mapping.threw' }])
  })
  test('takes a record without a value for what the source says it is', () => {
    const kinds = [kind(stockContract, { gives: [stock] })]
    expect(source({ kinds, empty: { filtered: 'tombstone', says: 'Follows a delete.' } }).translateBytes(null)).toEqual({ filtered: 'tombstone' })
    expect(problems(() => source({ kinds }).translateBytes(null))).toMatchObject([{ code: 'payload.breaks-contract', got: 'null' }])
  })
  test('translates from bytes, exactly', () => {
    const { translateBytes } = source({ kinds: [kind(stockContract, { gives: [stock] })] })
    const outcome = translateBytes(Buffer.from(JSON.stringify(payload).replace('"count":5', '"count":14.3999996')))
    expect(outcome).toMatchObject({ records: [{ value: { onHand: '14.3999996' } }] })
    expect(() => translateBytes(Buffer.from('{"type":'))).toThrow(Refused)
  })
  test('names the fields that its contract does not know, and takes the record all the same', () => {
    const { translate, unknownFields } = source({ kind: 'type', kinds: [kind(stockContract, { is: ['stock'], gives: [stock] })] })
    const richer = { ...payload, colour: 'red', __proto__: { inherited: 1 } }
    expect(translate(richer)).toHaveProperty('records')
    expect([unknownFields(payload), unknownFields({ ...payload, colour: 'red' }), unknownFields({ type: 'other', a: 1 })]).toEqual([[], ['colour'], []])
  })
  test('names one reason, however long the list is that gave nothing', () => {
    const basket = contract(Type.Object({ items: Type.Array(Type.Object({ n: Type.Integer() })) }))
    const each = eachOf(basket, 'items', 'item')
    const { fields } = stock
    const entry = { ...stock, contract: each, fields, when: { name: 'no-stock', says: 'Never.', from: 'item.n', get: () => false } }
    const shelf = source({ kinds: [kind(basket, { gives: [entry as never] })] })
    expect([[], [{ n: 1 }], [{ n: 1 }, { n: 2 }]].map((items) => shelf.translate({ items }))).toEqual([{ filtered: 'stock-level.v1.none' }, { filtered: 'no-stock' }, { filtered: 'no-stock' }])
  })
  test('has a fingerprint that changes with any of its tables', () => {
    const print = (...gives: [typeof stock, ...typeof stock[]]) => source({ kinds: [kind(stockContract, { gives })] }).fingerprint
    expect(new Set([print(stock), print(twin), print(stock, twin), print(stock)]).size).toBe(3)
  })
})

describe('unknown fields', () => {
  const find = unknownFieldsOf(Type.Object({
    id: Type.Integer(), free: Type.Record(Type.String(), Type.Integer()), any: Type.Unknown(), tags: Type.Array(Type.String()),
    to: Type.Union([Type.Null(), Type.Object({ city: Type.String() }), Type.Object({ zip: Type.String() })]),
    lines: Type.Array(Type.Object({ sku: Type.String(), taxes: Type.Array(Type.Object({ rate: Type.Number() })) })),
  }))
  test('are named with their place, each once, however deep and often', () => {
    expect(find({ id: 1, more: { inner: 1 }, to: { city: '', zip: '', lat: 1 }, lines: [{ sku: '', gift: 1, taxes: [{ rate: 1, name: '' }] }, { gift: 2, taxes: [{ name: '' }] }] }))
      .toEqual(['more', 'to.lat', 'lines[].gift', 'lines[].taxes[].name'])
  })
  test('are those of this payload, whatever keys came before and in whatever order', () => {
    const payloads = [{ id: 1, more: 1, to: { city: '' } }, { more: 1, id: 1, to: { city: '', lat: 1 } }, { id: 1, other: 1, more: 1 }, { id: 1 }, { other: 1, id: 1, more: 1 }]
    for (let i = 0; i < 2; i++) expect(payloads.map(find)).toEqual([['more'], ['more', 'to.lat'], ['other', 'more'], [], ['other', 'more']])
  })
  test('are none in maps with free keys, in open values and in a payload that is as agreed', () => {
    expect(find({ id: 1, free: { a: 1 }, any: { x: 1 }, tags: ['a'], to: null, lines: [] })).toEqual([])
    expect([find(null), find('x'), find([])]).toEqual([[], [], []])
  })
})

describe('a contract', () => {
  const shop = contract(Type.Object({
    id: Type.Integer(), to: Type.Optional(Type.Union([Type.Null(), Type.Object({ city: Type.String(), zip: Type.Union([Type.Null(), Type.String()]) })])), 'a/b': Type.Optional(Type.String()),
    lines: Type.Array(Type.Object({ sku: Type.String() })),
  }))
  test('names every place that breaks it once, with the shape of what is there', () => {
    expect(shop.problems({ id: 'x1', to: { city: 5, zip: 7 }, 'a/b': 1, lines: [{ sku: 'a' }, { sku: null }, {}] })).toEqual([
      { field: '', from: ['id'], code: 'payload.breaks-contract', expected: 'must be integer', got: 'text "a9"' },
      { field: '', from: ['to.city'], code: 'payload.breaks-contract', expected: 'must be string', got: 'number' },
      { field: '', from: ['to.zip'], code: 'payload.breaks-contract', expected: expect.stringContaining('must be null'), got: 'number' },
      { field: '', from: ['a/b'], code: 'payload.breaks-contract', expected: 'must be string', got: 'number' },
      { field: '', from: ['lines[1].sku'], code: 'payload.breaks-contract', expected: 'must be string', got: 'null' },
      { field: '', from: ['lines[2].sku'], code: 'payload.breaks-contract', expected: 'a value', got: 'nothing' },
    ])
  })
  test('says nothing of a payload that keeps it', () => expect(shop.problems({ id: 1, to: null, lines: [] })).toEqual([]))
})
