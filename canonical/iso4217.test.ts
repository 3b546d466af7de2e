import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fixture, haveFixture } from './fixtures.ts'
import { currencies, currency, minorUnits } from './iso4217.ts'

const list = 'suites/iso4217/data/codes-all.csv'
test.skipIf(!haveFixture(list))('the table is ISO\'s list of current currencies, with its minor units (skipped where the fixtures are absent)', () => {
  const published = new Map<string, number>()
  for (const line of readFileSync(fixture(list), 'utf8').split(/\r?\n/).slice(1)) {
    const [, code, , minor, withdrawn] = /,([A-Z]{3}),(\d*),([\d-]*),([\d-]*)$/.exec(line) ?? []
    // No minor unit: metals, bond units, testing, no currency.
    if (code !== undefined && withdrawn === '' && minor !== '-' && minor !== '') published.set(code, Number(minor))
  }
  expect(published.size).toBe(165)
  expect(Object.fromEntries(currencies)).toEqual(Object.fromEntries(published))
})

test('a currency that was withdrawn lately is still known, what is no money is not', () => {
  expect([currency('HRK'), minorUnits('BGN'), minorUnits('JPY'), minorUnits('KWD')]).toEqual(['HRK', 2, 0, 3])
  for (const code of ['XAU', 'XXX', 'BTC', 'usd', '', 'constructor']) expect(() => currency(code)).toThrow('value.not-currency')
})
