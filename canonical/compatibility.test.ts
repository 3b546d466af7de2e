import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { AvroField, AvroRecord, AvroSchema } from './avro-schema.ts'
import { incompatibilities, unreadable } from './compatibility.ts'
import { fixture, haveFixture } from './fixtures.ts'
import { releasedOf, schemaNames, schemaOf } from './schemas.ts'

describe('schemas/', () => {
  test.each(schemaNames())('%s is compatible with every released copy of it', (name) => {
    expect(releasedOf(name).length).toBeGreaterThan(0)
    expect(incompatibilities(schemaOf(name), releasedOf(name))).toEqual([])
  })
})

// What an author might do to the order, and what he is told.
const order = schemaOf('order.v1')
const changed = (name: string, change: (field: AvroField) => AvroField | null): AvroRecord => ({ ...order, fields: order.fields.flatMap((it) => (it.name === name ? change(it) ?? [] : [it])) })
const added = (field: AvroField): AvroRecord => ({ ...order, fields: [...order.fields.slice(0, -1), field, order.fields.at(-1)!] })
const inOrderStatus = (symbols: readonly string[], fallback?: string): AvroSchema => ({ type: 'enum', name: 'OrderStatus', symbols, ...(fallback === undefined ? {} : { default: fallback }) })
const deep = (change: (line: AvroRecord) => AvroRecord): AvroRecord => changed('lines', (it) => ({ ...it, type: { type: 'array', items: change((it.type as { items: AvroRecord }).items) } }))

describe('an incompatible change is refused, with the field and the reason', () => {
  test.each<[string, AvroRecord, string, RegExp]>([
    ['a field without a default removed', changed('currency', () => null), 'currency', /released schema cannot read new records: it is not written, and the reader has no default/],
    ['a field without a default added', added({ name: 'colour', type: 'string' }), 'colour', /already there cannot be read: it is not written/],
    ['a field renamed', changed('number', (it) => ({ ...it, name: 'orderNumber' })), 'number', /not written/],
    ['a type changed', changed('test', (it) => ({ ...it, type: 'string' })), 'test', /boolean became string/],
    ['a required field made nullable', changed('number', (it) => ({ ...it, type: ['null', 'string'], default: null })), 'number', /released schema.*null became string/],
    ['a nullable field made required', changed('note', (it) => ({ name: it.name, type: 'string' })), 'note', /already there.*null became string/],
    ['an enum without its default symbol, with a symbol less', changed('status', (it) => ({ ...it, type: inOrderStatus(['UNKNOWN', 'OPEN', 'COMPLETED', 'CANCELLED']) })), 'status', /lacks FAILED and has no default/],
    ['another scale of a decimal, deep inside', deep((line) => ({ ...line, fields: line.fields.map((it) => (it.name === 'unitPrice' ? { ...it, type: { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 2 } } : it)) })), 'lines[].unitPrice', /decimal\(38,9\) became decimal\(38,2\)/],
    ['an amount as text', changed('note', (it) => ({ ...it, type: ['null', { type: 'bytes', logicalType: 'decimal', precision: 38, scale: 9 }] })), 'note', /string is none of null, bytes/],
    ['a time in milliseconds', changed('placedAt', (it) => ({ ...it, type: { type: 'long', logicalType: 'timestamp-millis' } })), 'placedAt', /timestamp-micros became timestamp-millis/],
    ['a record renamed', { ...order, name: 'Purchase' }, '', /Order became Purchase/],
  ])('%s', (_, schema, field, reason) => {
    const found = incompatibilities(schema, [order])
    expect(found).toContainEqual({ field, reason: expect.stringMatching(reason) as string })
  })
})

describe('a compatible change passes', () => {
  test.each<[string, AvroRecord]>([
    ['nothing', order],
    ['a nullable field with a default added', added({ name: 'colour', type: ['null', 'string'], default: null })],
    ['a nullable field with a default removed', changed('note', () => null)],
    ['an enum symbol added, as both sides have a default symbol', changed('status', (it) => ({ ...it, type: inOrderStatus(['UNKNOWN', 'OPEN', 'COMPLETED', 'CANCELLED', 'FAILED', 'RETURNED'], 'UNKNOWN') }))],
    ['a doc and a privacy class changed', changed('note', (it) => ({ ...it, doc: 'Other.', privacy: 'confidential' }))],
  ])('%s', (_, schema) => expect(incompatibilities(schema, [order])).toEqual([]))
})

test('a change has to fit every release, not only the last', () => {
  const first = schemaOf('order.v1'), second = added({ name: 'colour', type: ['null', 'string'], default: null })
  const third = added({ name: 'colour', type: 'string', default: '' })
  expect(incompatibilities(second, [first])).toEqual([])
  expect(incompatibilities(third, [first])).toEqual([])
  expect(incompatibilities(third, [first, second])).toEqual([{ field: 'colour', reason: expect.stringMatching(/null became string/) as string }])
})

describe('Avro\'s own rules', () => {
  test.each<[AvroSchema, AvroSchema, boolean]>([
    ['long', 'int', true], ['int', 'long', false], ['double', 'float', true], ['bytes', 'string', true], ['boolean', 'int', false], [['null', 'long'], 'int', true], ['int', ['null', 'int'], false], [['int', 'string'], ['string', 'int'], true],
    [{ type: 'array', items: 'long' }, { type: 'array', items: 'int' }, true], [{ type: 'map', values: 'int' }, { type: 'map', values: 'long' }, false], [{ type: 'map', values: 'int' }, { type: 'array', items: 'int' }, false],
    [{ type: 'fixed', name: 'F', size: 8 }, { type: 'fixed', name: 'F', size: 16 }, false], [{ type: 'fixed', name: 'F', size: 8 }, { type: 'fixed', name: 'F', size: 8 }, true],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, { type: 'enum', name: 'E', symbols: ['A', 'B'] }, false], [{ type: 'enum', name: 'E', symbols: ['A'], default: 'A' }, { type: 'enum', name: 'E', symbols: ['A', 'B'] }, true],
    [{ type: 'record', name: 'R', fields: [{ name: 'b', aliases: ['a'], type: 'int' }] }, { type: 'record', name: 'R', fields: [{ name: 'a', type: 'int' }] }, true],
  ])('%j reads %j: %s', (reader, writer, readable) => expect(unreadable(reader, writer).length === 0).toBe(readable))
  test('a record that holds itself is compared once', () => {
    const tree = (type: AvroSchema): AvroRecord => ({ type: 'record', name: 'Tree', fields: [{ name: 'value', type }, { name: 'next', type: ['null', 'Tree'], default: null }] })
    expect(unreadable(tree('long'), tree('int'))).toEqual([])
    expect(unreadable(tree('int'), tree('long'))).toContainEqual({ field: 'value', reason: 'long became int' })
  })
})

const apicurio = 'suites/apicurio-compat/schema-util/avro/src/test/resources/io/apicurio/registry/rules/compatibility/avro/compatibility-test-data.json'
describe.skipIf(!haveFixture(apicurio))('the registry\'s own cases', () => {
  const { tests } = haveFixture(apicurio) ? JSON.parse(readFileSync(fixture(apicurio), 'utf8')) as { tests: { id: string; compatibility: 'backward' | 'forward' | 'both' | 'none'; original: AvroRecord; updated: AvroRecord }[] } : { tests: [] }
  test.each(tests.map((it) => [it.id, it] as const))('%s', (_, { compatibility, original, updated }) => {
    const backward = unreadable(updated, original).length === 0, forward = unreadable(original, updated).length === 0
    if (compatibility === 'backward' || compatibility === 'both') expect(backward).toBe(true)
    if (compatibility === 'forward' || compatibility === 'both') expect(forward).toBe(true)
    if (compatibility === 'none') expect([backward, forward]).toEqual([false, false])
  })
})
