import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fixture, haveFixture } from '../../canonical/fixtures.ts'
import { cloudEvents, type EventHeaders, isoOf } from './cloud-event.ts'
import type { KafkaRecord } from './kafka/chunk.ts'
import { BatchWriter, encodeHeaders } from './kafka/record-batch.ts'
import { RecordSet } from './kafka/record-set.ts'

/** The headers as a reader of the topic finds them. */
function read(block: Buffer): Record<string, string> {
  const writer = new BatchWriter(), records: KafkaRecord[] = []
  writer.add(Buffer.from('key'), null, block, 1)
  new RecordSet(writer.seal({ codec: 'none' }), 0, []).take(records, { maxRecords: 1, maxBytes: Infinity })
  return Object.fromEntries(records[0]!.headers.map(({ name, value }) => [name, String(value)]))
}
const event: EventHeaders = { id: 'order.v1/shopify:1001@7.0#0000000000000001', time: 1_711_381_853_123_456, traceparent: null }
const headersOf = (more: Partial<EventHeaders> = {}) => read(cloudEvents('shopify-orders', 'order.v1')({ ...event, ...more }))

/** CloudEvents' Kafka binding, binary mode: the attributes that a message's headers say. */
const attributesOf = (headers: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(headers).flatMap(([name, value]) =>
  name.startsWith('ce_') ? [[name.slice(3), value]] : name === 'content-type' ? [['datacontenttype', value]] : []))
const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/

describe('CloudEvents\' own conformance suite', () => {
  const feature = 'suites/cloudevents-conformance/features/kafka-protocol-binding.feature'
  const table = (text: string, title: string): Record<string, string> => {
    const lines = text.slice(text.indexOf(title)).split('\n').slice(1)
    const rows = lines.slice(0, lines.findIndex((line) => !line.trim().startsWith('|'))).map((line) => line.split('|').map((it) => it.trim()))
    return Object.fromEntries(rows.slice(1).map(([, key, value]) => [key!, value!]))
  }

  test('its message in binary mode says in its headers what ours say, by the same names', ({ skip }) => {
    if (!haveFixture(feature)) skip('the fixtures are not here')
    const text = readFileSync(fixture(feature), 'utf8')
    const headers = table(text, 'Kafka headers:'), attributes = table(text, 'the attributes are:')
    expect(attributesOf(read(encodeHeaders(Object.entries(headers))))).toEqual(attributes)
    // A record's content type is told by its schema id, and a delete has no content.
    expect(Object.keys(attributesOf(headersOf())).sort()).toEqual(Object.keys(attributes).filter((name) => name !== 'datacontenttype').sort())
    expect(isoOf(Date.parse(attributes['time']!) * 1000)).toBe(attributes['time']!.replace('Z', '.000Z'))
  })
})

test('an event has every attribute that CloudEvents requires, and a time', () => {
  expect(attributesOf(headersOf())).toEqual({ specversion: '1.0', id: event.id, source: '/tributary/shopify-orders', type: 'order.v1', time: '2024-03-25T15:50:53.123456Z' })
})

test('traceparent is handed on under its own name, and only where there is one', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(headersOf({ traceparent })).toMatchObject({ traceparent })
  expect(headersOf()).not.toHaveProperty('traceparent')
})

test('a delete says its version, revision and origin', () => {
  const deleted = { version: 1_711_381_853_000_000, revision: 2, origin: { topic: 'source.shopify.orders', partition: 3, offset: 9_007_199_254_740_000 } }
  expect(headersOf({ deleted })).toMatchObject({ hub_version: '1711381853000000', hub_revision: '2', hub_origin: 'source.shopify.orders/3/9007199254740000' })
})

test.each([
  [0, '1970-01-01T00:00:00.000Z'], [1, '1970-01-01T00:00:00.000001Z'], [1000, '1970-01-01T00:00:00.001Z'], [999_999, '1970-01-01T00:00:00.999999Z'],
  [-1, '1969-12-31T23:59:59.999999Z'], [-1000, '1969-12-31T23:59:59.999Z'], [-1_000_001, '1969-12-31T23:59:58.999999Z'],
  [1_711_381_853_120_000, '2024-03-25T15:50:53.120Z'], [9_007_199_254_740_990, '2255-06-05T23:47:34.740990Z'], [-(2 ** 52), '1827-04-16T00:06:12.629504Z'],
])('%d microseconds are %s', (micros, text) => {
  expect(isoOf(micros)).toBe(text)
  expect(text).toMatch(rfc3339)
})

// Kafka's lengths take one byte up to 63, two up to 8191: the lengths around them, of letters that take one to four bytes.
test.each([1, 62, 63, 64, 65, 4096, 8190, 8191, 8192, 8193, 70_000])('an id of %d characters is read as it was written', (length) => {
  for (const letter of ['a', 'ß', '€']) expect(headersOf({ id: letter.repeat(length) })['ce_id']).toBe(letter.repeat(length))
  expect(headersOf({ id: '𝄞'.repeat(length) })['ce_id']).toBe('𝄞'.repeat(length))
})

test('one event\'s headers stay as they are when the next are made', () => {
  const make = cloudEvents('shopify-orders', 'order.v1')
  const first = make({ ...event, id: 'first' }), second = make({ ...event, id: 'second'.repeat(2000) }), third = make({ ...event, id: 'third' })
  expect([first, second, third].map((block) => read(block)['ce_id'])).toEqual(['first', 'second'.repeat(2000), 'third'])
})
