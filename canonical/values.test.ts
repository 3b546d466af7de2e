import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimal, money, unscaled } from './decimal.ts'
import { Exact } from './exact.ts'
import { id, lookup, oneOf, optional, required, text } from './meanings.ts'
import { micros, millis, seconds } from './micros.ts'
import { checkedEntity } from './key.ts'
import { Refused, shape } from './refused.ts'

const code = (act: () => unknown) => { try { act(); return 'accepted' } catch (error) { return error instanceof Refused ? error.code : `bug: ${String(error)}` } }

describe('times', () => {
  test.each([['2024-02-29T00:00:00Z', 1709164800000000], ['1969-12-31T23:59:59.999999Z', -1], ['2024-01-01T00:00:00.123456000+05:30', 1704047400123456]])('%s is exact', (time, expected) => expect(micros(time)).toBe(expected))
  test.each(['2023-02-29T00:00:00Z', '2024-01-01T00:00:00', '2024-01-01', '2024-13-01T00:00:00Z', '2024-01-01T24:00:00Z', '2024-01-01T00:00:00.Z', '2024-01-01T00:00:00Zx', '٢٠٢٤-01-01T00:00:00Z', ''])('%s is refused', (time) => expect(code(() => micros(time))).toBe('value.not-time'))
  test('finer than a microsecond or beyond exact numbers is refused, not cut', () => {
    expect([code(() => micros('2024-01-01T00:00:00.1234567Z')), code(() => micros('9999-12-31T23:59:59Z')), code(() => seconds(1e13)), code(() => millis(0.00001)), code(() => seconds(NaN))])
      .toEqual(['value.time-too-fine', 'value.time-out-of-range', 'value.time-out-of-range', 'value.time-out-of-range', 'value.time-out-of-range'])
  })
  test('agree with Date over 100,000 times', () => {
    for (let i = 0; i < 100_000; i++) { const at = -9e12 + i * 180_000_123; expect(micros(new Date(at).toISOString()) === at * 1000).toBe(true) }
  })
})

describe('decimals', () => {
  test.each([['1e-7', '0.0000001'], ['1.5E3', '1500'], ['12.5e-1', '1.25'], ['1E+21', '1000000000000000000000']])('%s becomes %s', (sent, expected) => expect(decimal(new Exact(sent))).toBe(expected))
  test('are taken where this expression takes them', () => {
    const plain = /^-?\d{1,29}(?:\.\d{1,9}0*)?$/, part = (most: number) => fc.array(fc.constantFrom('0', '1', '9', '-', '.', 'x', '٣'), { maxLength: most, size: 'max' }).map((it) => it.join(''))
    const digits = (most: number) => fc.array(fc.constantFrom('0', '0', '7'), { maxLength: most, size: 'max' }).map((it) => it.join(''))
    const texts = fc.oneof(part(6), fc.tuple(fc.constantFrom('', '-'), digits(31), fc.constantFrom('', '.'), digits(12), fc.constantFrom('', '0', '000')).map((it) => it.join('')))
    fc.assert(fc.property(texts, (text) => { expect(code(() => decimal(text)) === 'value.not-decimal').toBe(!plain.test(text)) }), { numRuns: 20_000 })
  })
  test('refuse what they would round', () => expect(['1.0000000001', '1,5', '', '.5', 'NaN', '1e5', '999999999999999999999999999999'].map((it) => code(() => decimal(it)))).toEqual(Array(7).fill('value.not-decimal')))
  test('refuse numbers that are none', () => expect([NaN, Infinity, 1e300].map((it) => code(() => decimal(it)))).toEqual(Array(3).fill('value.not-decimal')))
  test('are exact at both sides of the number limit', () => {
    for (const text of ['0', '-0.000000001', '999999.999999999', '-999999.999999999', '1000000', '99999999999999999999999999999.999999999', '-12345678.5'])
      expect(BigInt(unscaled(text))).toBe(BigInt(text.replace('.', '') + '0'.repeat(9 - (text.split('.')[1]?.length ?? 0))))
  })
  test('money needs a currency code', () => expect([money('1.50', 'EUR'), code(() => money('1.50', 'euro'))]).toEqual([{ amount: '1.50', currency: 'EUR' }, 'value.not-currency']))
})

describe('meanings', () => {
  test('missing is null for optional, refused for required and for half a pair', () => {
    expect([optional(text)(undefined), optional(text)('a'), required(text)('a'), optional(money)(null, undefined)]).toEqual([null, 'a', 'a', null])
    expect([code(() => required(text)(null)), code(() => optional(money)('1.00', null))]).toEqual(['value.missing', 'value.half-missing'])
  })
  test('lookup refuses what the table does not hold', () => {
    const country = lookup('country', new Map([['DE', 'Germany']]))
    expect([country('DE'), code(() => country('XX'))]).toEqual(['Germany', 'value.not-found'])
  })
  test('half a surrogate pair is refused, not replaced', () => expect(code(() => text(JSON.parse('"\\ud800"') as string))).toBe('value.not-text'))
  test('a key of Object.prototype is no agreed meaning', () => expect(code(() => oneOf({ a: 1 })('constructor'))).toBe('value.not-one-of'))
  test('an id is a whole number or a text without spaces', () => expect([id(5), id(new Exact('12345678901234567890')), code(() => id(1.5)), code(() => id('a b')), code(() => id(''))]).toEqual(['5', '12345678901234567890', 'value.not-id', 'value.not-id', 'value.not-id']))
  test('an entity is short enough for every index and holds nothing that a database or an address line refuses', () => {
    expect(checkedEntity(`shop:${'東'.repeat(490)}`).length).toBe(495)
    expect([`shop:${'x'.repeat(500)}`, 'shop:a\u0000b', 'shop:a\nb', 'shop:', ':1', 'shop', 'shop:\ud800'].map((it) => code(() => checkedEntity(it)))).toEqual(Array(7).fill('value.not-entity'))
  })
  test('a key of Object.prototype in a value does not pass for its class', () => expect(shape({ constructor: { name: 'Ada' } })).toBe('Object'))
  test('a shape shows no letter and no digit of the value', () => expect(shape('Bob.Norman7@mail.example.com')).toBe('text "Aaa.Aaaaaa9@aaaa.aaaaaaa" and 4 more'))
})
