import { expect, test } from 'vitest'
import { decimal } from './decimal.ts'
import { fromUnscaled, product, quotient, sum } from './decimal-sum.ts'

const d = decimal
test('sums are exact where floats are not', () => expect([sum([d('0.1'), d('0.2')]), sum([]), sum([d('-3.30'), d('3.3')]), sum([d('99999999999999.99'), d('0.000000001')])]).toEqual(['0.3', '0', '0', '99999999999999.990000001']))
test('a product is exact or refused', () => {
  expect([product(d('0.75'), d('453.59237')), product(d('23'), d('0.01')), product(d('-2'), d('1.5'))]).toEqual(['340.1942775', '0.23', '-3'])
  expect(() => product(d('0.123456'), d('453.59237'))).toThrow('value.too-fine')
})
test('a quotient is exact or there is none', () => expect([quotient(d('30.00'), d('2')), quotient(d('10'), d('3')), quotient(d('1'), d('0')), quotient(d('1'), d('8'))]).toEqual(['15', null, null, '0.125']))
test('what 38 digits cannot hold is refused', () => expect(() => fromUnscaled(10n ** 38n)).toThrow('value.not-decimal'))
