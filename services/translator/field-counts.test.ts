import { expect, test } from 'vitest'
import { FieldCounts } from './field-counts.ts'

const taken = (counts: FieldCounts) => Object.fromEntries(counts.take())

test('fields are counted, and said to be new once only', () => {
  const counts = new FieldCounts()
  counts.count(['tip', 'tip', 'gift.card'])
  expect(taken(counts)).toEqual({ 'tip': { count: 2, first: true }, 'gift.card': { count: 1, first: true } })
  counts.count(['tip'])
  expect(taken(counts)).toEqual({ tip: { count: 1, first: false } })
})

test('what was taken is not counted again', () => {
  const counts = new FieldCounts()
  counts.count(['tip'])
  counts.take()
  expect(taken(counts)).toEqual({})
})

test('a payload whose keys are data fills no memory: beyond 500 names they are counted as one', () => {
  const counts = new FieldCounts(), names = Array.from({ length: 10_000 }, (_, i) => `key-${i}`)
  counts.count(names)
  const first = taken(counts)
  expect(Object.keys(first)).toHaveLength(501)
  expect(first['(more names)']).toEqual({ count: 9500, first: true })
  counts.count(['key-499', 'key-500', 'key-9999'])
  expect(taken(counts)).toEqual({ 'key-499': { count: 1, first: false }, '(more names)': { count: 2, first: false } })
})

test('a name that could be a person\'s data, or is as long as a letter, is counted and not told', () => {
  const counts = new FieldCounts()
  counts.count(['line_items[].gift_card', 'ada@example.com', 'to.Ada Lovelace', 'note_attributes.+49 171 555', 'x'.repeat(100_000), 'constructor'])
  expect(Object.fromEntries([...counts.take()].map(([name, { count }]) => [name, count]))).toEqual({ 'line_items[].gift_card': 1, '(a name that may be data)': 4, constructor: 1 })
})
