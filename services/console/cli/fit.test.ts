import { expect, test } from 'vitest'
import { cut, wrap } from './fit.ts'
import { painter } from './paint.ts'

const paint = painter(true)

test('a line that fits stays as it is, a longer one ends with an ellipsis in the last column', () => {
  expect(cut('four', 4)).toBe('four')
  expect(cut('fourteen', 4)).toBe('fou…')
})

test('colours take no room and are ended', () => {
  expect(cut(`${paint('red', 'bad')} news`, 8)).toBe(`${paint('red', 'bad')} news`)
  expect(cut(paint('red', 'very bad'), 5)).toBe(paint('red', 'very…'))
})

test('a long line is broken between words, and goes on under its indent', () => {
  expect(wrap('  by  one two three', 12, 6)).toBe('  by  one\n      two\n      three')
  expect(wrap(`  ${paint('dim', 'by')}  one two three`, 13, 6)).toBe(`  ${paint('dim', 'by')}  one two\n      three`)
  expect(wrap('  by  one', 9, 6)).toBe('  by  one')
})

test('a word that is longer than the room stays whole', () => {
  expect(wrap('  by  source.inventory.customers', 12, 6)).toBe('  by  source.inventory.customers')
})
