import { expect, test } from 'vitest'
import { painter } from './paint.ts'
import { age, count, table } from './table.ts'

test('columns are aligned, numbers to the right, without blanks at line ends', () => {
  expect(table([{ head: 'NAME' }, { head: 'N', right: true }, { head: '' }], [['a', '1', ''], ['longer', '1 000', 'x']])).toBe('NAME        N\na           1\nlonger  1 000  x')
})

test('colours do not disturb the alignment', () => {
  expect(table([{ head: 'A' }, { head: 'B' }], [[painter(true)('red', 'x'), 'y']])).toBe('A  B\n\u001B[31mx\u001B[0m  y')
})

test('without a terminal there are no colours', () => { expect(painter(false)('red', 'x')).toBe('x') })

test('counts and ages are short, and what is not known is a dash', () => {
  expect([count(null), count(1234567), age(null), age(0.42), age(59), age(600), age(9_000), age(400_000)]).toEqual(['-', '1 234 567', '-', '0.4 s', '59 s', '10 min', '3 h', '5 d'])
})
