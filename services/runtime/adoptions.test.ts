import { expect, test } from 'vitest'
import { Adoptions } from './adoptions.ts'

const order = { topic: 'source.a', partition: 3, was: 'A', now: 'B', position: 7 }
const moved = { ...order, first: 0 }
const taken = (...orders: readonly (typeof order)[]) => { const it = new Adoptions(); it.take('shop', orders); return it }

test('an order holds for its unit, its partition, both topics and its position, and for nothing else', () => {
  const it = taken(order)
  expect(it.positionOf('shop', moved)).toBe(7)
  for (const other of [{ ...moved, was: 'C' }, { ...moved, now: 'C' }, { ...moved, position: 8 }, { ...moved, partition: 4 }, { ...moved, topic: 'source.b' }, { ...moved, was: 'B', now: 'A' }]) expect(it.positionOf('shop', other)).toBeNull()
  expect(it.positionOf('house', moved)).toBeNull()
})

test('where no position is stored any more, the order says it', () => expect(taken(order).positionOf('shop', { ...moved, position: null })).toBe(7))

test('a topic is known by every id that it had before, in whatever order it was moved, also back again', () => {
  const chain = taken({ ...order, was: 'B', now: 'C' }, order, { ...order, topic: 'source.b', was: 'X', now: 'C' })
  expect(chain.formerIds('shop', 'source.a', 'C').toSorted()).toEqual(['A', 'B'])
  expect(chain.formerIds('shop', 'source.a', 'A')).toEqual([])
  expect(chain.formerIds('house', 'source.a', 'C')).toEqual([])
  expect(taken(order, { ...order, was: 'B', now: 'A' }).formerIds('shop', 'source.a', 'A')).toEqual(['B'])
})
