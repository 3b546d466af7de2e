import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { Type } from 'typebox'
import { describe, expect, test } from 'vitest'
import { modelCodec } from './codec.ts'
import { contract } from './contract.ts'
import { decimal } from './decimal.ts'
import { Exact, ExactNumber, parseExact } from './exact.ts'
import { fixture, fixtureFiles, haveFixture } from './fixtures.ts'
import { mapping } from './mapping.ts'
import { id, text } from './meanings.ts'
import { micros } from './micros.ts'
import { Refused } from './refused.ts'
import { Rejected } from './rejected.ts'
import { schemaText } from './schemas.ts'
import { kind, source } from './source.ts'

const parse = (json: string) => parseExact(Buffer.from(json))
const code = (act: () => unknown) => { try { act(); return 'accepted' } catch (error) { return error instanceof Refused ? error.code : error instanceof Rejected ? error.problems[0]?.code : `bug: ${String(error)}` } }

describe('parseExact', () => {
  test('keeps every digit, and leaves numbers alone that survive', () => {
    expect(parse('[9007199254740991, 9007199254740993, 0.1, 1.0E7, 123456789012345.67, -12345678901234567890, 1e400, 1e-400, 1.10, 0.30000000000000004, 14.3999996, 1e-9]')).toEqual(
      [9007199254740991, new Exact('9007199254740993'), 0.1, 1e7, new Exact('123456789012345.67'), new Exact('-12345678901234567890'), new Exact('1e400'), new Exact('1e-400'), 1.1, new Exact('0.30000000000000004'), 14.3999996, 1e-9])
  })
  test('keeps the digits of a number that is the whole payload', () => expect(parse('-12345678901234567890')).toEqual(new Exact('-12345678901234567890')))
  test('leaves a text of digits a text', () => expect(parse('{"a\\"":"12345678901234567890","b":["\\\\",12345678901234567890]}')).toEqual({ 'a"': '12345678901234567890', b: ['\\', new Exact('12345678901234567890')] }))
  test('gives long numbers to ExactNumber only; Number and Integer refuse them', () => {
    const value = parse('{"a":12345678901234567890}')
    expect(contract(Type.Object({ a: ExactNumber() })).check(value)).toBe(true)
    expect(contract(Type.Object({ a: Type.Number() })).problems(value)).toMatchObject([{ from: ['a'], code: 'payload.breaks-contract', got: 'Exact' }])
  })
  test.each([
    ['{"a":1,"a":2}', 'payload.duplicate-key'], ['{"a":{"b":1,"b":12345678901234567890}}', 'payload.duplicate-key'], ['{"a":1,"\\u0061":2}', 'payload.duplicate-key'], ['{"__proto__":1,"__proto__":2}', 'payload.duplicate-key'], ['{"__proto__":1,"a":2}', 'accepted'],
    ['{"a":":","b":"\\":"}', 'accepted'], ['{"a":1', 'payload.not-json'], ['{"a":12345678901234567890123', 'payload.not-json'], ['"\\', 'payload.not-json'], ['1234567890123456.e', 'payload.not-json'], ['[01234567890123456789]', 'payload.not-json'],
    ['{12345678901234567890:1}', 'payload.not-json'], ['[--12345678901234567890]', 'payload.not-json'], ['[NaN]', 'payload.not-json'], ['[-Infinity]', 'payload.not-json'], ['{"a":undefined}', 'payload.not-json'], ['', 'payload.not-json'], ['\ufeff{}', 'payload.not-json'],
  ])('%s: %s', (json, expected) => expect(code(() => parse(json))).toBe(expected))
  test.each([[10_000, '['], [10_000, '{"a":'], [50_000, '[']])('refuses %d levels of %s, and does not run out of stack', (levels, open) => expect(code(() => parse(open.repeat(levels)))).toBe('payload.too-deep'))
  test('refuses bytes that are no UTF-8', () => expect([[0x22, 0xff, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0x80, 0x22]].map((bytes) => code(() => parseExact(Buffer.from(bytes))))).toEqual(Array(3).fill('payload.not-utf8')))
})

const suite = fixtureFiles('suites/JSONTestSuite').filter((path) => /^[yni]_.*\.json$/.test(basename(path)))
describe.skipIf(suite.length === 0)(`JSONTestSuite, ${suite.length} cases`, () => {
  test.each(suite.map((path) => [basename(path), path] as const))('%s', (name, path) => {
    const outcome = code(() => parseExact(readFileSync(path)))
    expect(outcome).toMatch(/^(accepted|payload\.[a-z0-9-]+)$/)
    if (name.startsWith('y_')) expect(outcome).toBe(/duplicated_key/.test(name) ? 'payload.duplicate-key' : 'accepted')
    if (name.startsWith('n_')) expect(outcome).not.toBe('accepted')
  })
})

// One text, one long id, one amount: what arrives in a canonical record is what stood in the payload's bytes.
const payload = contract(Type.Object({ id: ExactNumber(), name: Type.String(), amount: ExactNumber() }))
const article = source({ kinds: [kind(payload, { gives: [mapping(payload, 'stock-level.v1', {
  entity: { says: 'Id.', from: 'id', get: (it) => `shop:${id(it)}` },
  version: { says: 'Fixed.', from: [], get: () => micros('2024-01-01T00:00:00Z') },
  fields: {
    product: { says: 'Id.', from: 'id', get: id }, sku: { says: 'Name.', from: 'name', get: text }, location: { says: 'Fixed.', from: [], get: () => 'x' },
    onHand: { says: 'Amount.', from: 'amount', get: decimal }, reserved: { says: 'Not said.', from: [], get: () => null }, asOf: { says: 'Fixed.', from: [], get: () => micros('2024-01-01T00:00:00Z') },
  },
})] })] })
const codec = modelCodec('stock-level.v1')
function arrives(json: string) {
  const outcome = article.translateBytes(Buffer.from(json))
  if (!('records' in outcome)) throw new Error('filtered')
  const { value, entity, version, occurredAt, mapping } = outcome.records[0]!
  const { bytes } = codec.encode(1, value as never, { source: 's', entity, version, revision: 0, occurredAt, origin: { topic: 't', partition: 0, offset: 0 }, mapping })
  return codec.decode(bytes, () => schemaText('stock-level.v1'))
}

describe('from the bytes of a payload to the decoded record', () => {
  test.each([['9223372036854775807'], ['1465491411815437158'], ['0.1'], ['14.3999996'], ['123456789012345678901234567.123456789'], ['-0.000000001']])('%s arrives as it was sent', (number) => {
    expect(arrives(`{"id":1,"name":"","amount":${number}}`).onHand).toBe(number)
    if (/^\d+$/.test(number)) expect(arrives(`{"id":${number},"name":"","amount":1}`)).toMatchObject({ product: number, meta: { entity: `shop:${number}` } })
  })
  test.each([['1e-9', '0.000000001'], ['1E3', '1000'], ['1.50', '1.5'], ['-0', '0'], ['9.007199254740993e15', '9007199254740993']])('%s arrives as %s', (sent, expected) => expect(arrives(`{"id":1,"name":"","amount":${sent}}`).onHand).toBe(expected))
  test.each(['1e400', '1e-10', '0.1234567891', '123456789012345678901234567890'])('%s is refused, not rounded or cut', (sent) => expect(code(() => arrives(`{"id":1,"name":"","amount":${sent}}`))).toBe('value.not-decimal'))
  test('half a surrogate pair is refused where it is read', () => expect(code(() => arrives('{"id":1,"name":"\\ud83d","amount":1}'))).toBe('value.not-text'))

  const list = 'suites/big-list-of-naughty-strings/blns.json'
  test.skipIf(!haveFixture(list))('every string of the big list of naughty strings arrives as it was sent', () => {
    const strings = JSON.parse(readFileSync(fixture(list), 'utf8')) as string[]
    expect(strings.length).toBeGreaterThan(400)
    for (const name of strings) expect(arrives(JSON.stringify({ id: 1, name, amount: 1 })).sku).toBe(name)
  })
})
