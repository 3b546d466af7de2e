import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExact } from './exact.ts'
import { fixtureFiles } from './fixtures.ts'
import { Refused } from './refused.ts'
import { exactReader, notSure, ShapedJson } from './shaped-json.ts'

const outcome = (read: (bytes: Buffer) => unknown, bytes: Buffer): unknown => {
  try { return { value: read(bytes) } } catch (error) { return error instanceof Refused ? error.code : error }
}
const samples = fixtureFiles('suites/JSONTestSuite').filter((path) => path.endsWith('.json')).map((path) => readFileSync(path))
const order = { id: 4711, name: '#1 "ü" 𝄞\n', total: '10.00', lines: [{ sku: 'a', qty: 2, price: 0.1 }, { sku: 'b', qty: 1e3, price: 14.3999996, gift: null }], tags: [], address: { city: 'Köln', zip: '50667' }, paid: true }
const payload = Buffer.from(JSON.stringify(order))
/** Also as other programs write it: with white space, and in ASCII. */
const payloads = [payload, Buffer.from(JSON.stringify(order, null, 1)), Buffer.from(JSON.stringify({ ...order, name: '#1 "u"\n', address: { city: 'Koeln', zip: '50667' } }))]

// Twice: what a reader has learned of the first must not change what it says of the second.
test('whatever the JSON, the answer is that of parseExact, order of keys and all', () => {
  const read = exactReader()
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(2), (value, spaces) => {
    const bytes = Buffer.from(JSON.stringify(value, null, spaces))
    for (let i = 0; i < 2; i++) expect(JSON.stringify(outcome(read, bytes))).toBe(JSON.stringify(outcome(parseExact, bytes)))
    expect(outcome(read, bytes)).toEqual(outcome(parseExact, bytes))
  }), { numRuns: 500 })
})

test('a payload with any byte changed, lost or doubled is answered or refused as parseExact does', () => {
  const read = exactReader()
  for (let i = 0; i < 50; i++) payloads.forEach(read)
  const bytes = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('"\\{}[],:0159-+.eEtfn \n\t')))
  fc.assert(fc.property(fc.constantFrom(...payloads), fc.nat(), bytes, fc.constantFrom('set', 'lose', 'insert'), (payload, place, byte, how) => {
    const at = place % payload.length
    const changed = Buffer.concat([payload.subarray(0, at), ...(how === 'lose' ? [] : [Buffer.from([byte])]), payload.subarray(how === 'insert' ? at : at + 1)])
    expect(outcome(read, changed)).toEqual(outcome(parseExact, changed))
  }), { numRuns: 20_000 })
})

test.each([
  '12345678901234567890', '-12345678901234567890', '9007199254740991', '9007199254740993', '0.1', '14.3999996', '1e-9', '1E400', '-0', '0', '00', '-01', '1.', '.5', '1e', '+1', '123456789012345', '1234567890123456', '0.30000000000000004', '-', '--1', '1-2', '5e+3', '1.10',
])('the number %s is read as parseExact reads it', (text) => {
  for (const json of [text, `[${text}]`, `{"a":${text},"b":1}`, ` ${text} `]) expect(outcome(exactReader(), Buffer.from(json))).toEqual(outcome(parseExact, Buffer.from(json)))
  expect(Object.is((outcome(exactReader(), Buffer.from('-0')) as { value: number }).value, -0)).toBe(true)
})

test('a key that comes twice is refused, also one that is written differently or that nobody has seen', () => {
  const read = exactReader()
  for (let i = 0; i < 50; i++) read(Buffer.from('{"a":1,"b":2}'))
  for (const json of ['{"a":1,"a":2}', '{"a":1,"b":2,"a":3}', '{"a":1,"\\u0061":2}', '{"x":{"y":1,"y":2}}', '{"b":2,"a":1,"b":1}']) expect(outcome(read, Buffer.from(json))).toBe('payload.duplicate-key')
  expect(JSON.stringify(read(Buffer.from('{"b":2,"a":1}')))).toBe('{"b":2,"a":1}')
  expect(Object.hasOwn(read(Buffer.from('{"__proto__":1}')) as object, '__proto__')).toBe(true)
})

test('keys that are data end the learning, and nothing else', () => {
  const shaped = new ShapedJson(), read = exactReader()
  for (let i = 0; i < 6_000; i++) { const json = `{"key ${i}":${i}}`; shaped.read(Buffer.from(json)); expect(read(Buffer.from(json))).toEqual({ [`key ${i}`]: i }) }
  expect(shaped.read(Buffer.from('{"one more":1}'))).toBe(notSure)
  expect(shaped.read(Buffer.from('{"key 1":1}'))).toEqual({ 'key 1': 1 })
})

test('an object of thousands of keys, and a key as long as a letter, are read and not learned', () => {
  const shaped = new ShapedJson(), read = exactReader(), many = Object.fromEntries(Array.from({ length: 3_000 }, (_, i) => [`k${i}`, i])), long = { ['x'.repeat(5_000)]: 1 }
  for (const value of [many, long]) {
    const bytes = Buffer.from(JSON.stringify(value))
    expect(shaped.read(bytes)).toBe(notSure)
    expect(read(bytes)).toEqual(value)
  }
})

test('payloads as they come are all read at once, none is left to the slower reader', () => {
  const shaped = new ShapedJson()
  for (let i = 0; i < 100; i++) expect(shaped.read(payload)).toEqual(order)
})

describe.skipIf(samples.length === 0)('JSONTestSuite', () => {
  const read = exactReader()
  test.each(fixtureFiles('suites/JSONTestSuite').filter((path) => path.endsWith('.json')).map((path) => [basename(path), readFileSync(path)] as const))('%s', (_, bytes) => {
    for (let i = 0; i < 2; i++) expect(outcome(read, bytes)).toEqual(outcome(parseExact, bytes))
  })
})
