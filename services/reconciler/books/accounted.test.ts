import { expect, test } from 'vitest'
import type { Micros } from '../../../canonical/micros.ts'
import { Accounted } from './accounted.ts'

const taken = (from: number, next: number, at: number) => ({ from, next, at: at as Micros })
const verdicts = (accounted: Accounted, ...receipts: readonly (readonly [number, number, number])[]) => receipts.map((it) => accounted.take(taken(...it)))

test('receipts that follow one another are new, whoever\'s clock is behind', () => {
  expect(verdicts(new Accounted(null), [0, 10, 5], [10, 20, 6], [20, 30, 2], [35, 40, 3])).toEqual(['new', 'new', 'new', 'new'])
})

test('a receipt that is published again is known, in whatever order', () => {
  expect(verdicts(new Accounted(null), [0, 10, 1], [10, 20, 2], [0, 10, 1], [10, 20, 2], [20, 30, 3])).toEqual(['new', 'new', 'known', 'known', 'new'])
})

test('a receipt of a process whose clock is ahead is no younger than it was when it is published again', () => {
  expect(verdicts(new Accounted(null), [0, 10, 1], [10, 20, 105], [20, 30, 101], [10, 20, 105], [30, 40, 102])).toEqual(['new', 'new', 'new', 'known', 'new'])
})

test('a younger receipt that begins before the end has gone back, and the next ones go on from there', () => {
  const accounted = new Accounted({ next: 100, at: 50 as Micros })
  expect(verdicts(accounted, [40, 55, 60])).toEqual(['back'])
  expect(accounted.next).toBe(55)
  expect(verdicts(accounted, [55, 90, 61], [90, 120, 62], [40, 55, 60], [0, 7, 70])).toEqual(['new', 'new', 'known', 'back'])
})
