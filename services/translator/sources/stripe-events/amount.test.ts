import { expect, test } from 'vitest'
import { minorUnits } from '../../../../canonical/iso4217.ts'
import { amountOf, stripeExceptions } from './amount.ts'

test.each([[1050, 'eur', '10.50'], [5, 'usd', '0.05'], [0, 'usd', '0.00'], [1050, 'jpy', '1050'], [12340, 'kwd', '12.340'], [7, 'bhd', '0.007'], [1050, 'mga', '1050'], [500, 'isk', '5.00'], [500, 'ugx', '5.00'], [9007199254740991, 'usd', '90071992547409.91']])('%i %s is %s', (amount, code, expected) => expect(amountOf(amount, code)).toBe(expected))

test('every exception of Stripe\'s differs from ISO 4217', () => {
  for (const [code, places] of stripeExceptions) expect([code, minorUnits(code)]).not.toEqual([code, places])
})

// Stripe's own list of zero-decimal currencies, less the one that it asks for in hundredths all the same.
test.each('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '))('%s is counted in whole ones', (code) => expect(amountOf(500, code.toLowerCase())).toBe('500'))

test('an amount that cannot be is refused, not read', () => {
  expect(() => amountOf(550, 'ugx')).toThrow('value.not-whole')
  expect(() => amountOf(-1, 'eur')).toThrow('value.negative')
  expect(() => amountOf(100, 'btc')).toThrow('value.not-currency')
})
