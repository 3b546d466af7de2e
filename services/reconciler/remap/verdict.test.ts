import { expect, test } from 'vitest'
import type { State } from './made-today.ts'
import type { Lying } from './shipped.ts'
import { atFirstSight, type Changed, onReading } from './verdict.ts'

const state = (hash: string, entity = 'shop:1'): State => ({ key: `stock-level.v1 ${entity}@5`, model: 'stock-level.v1', entity, version: 5, hash })
const lying = (hash: string, offset: number, it: Partial<Lying> = {}): Lying => ({ model: 'stock-level.v1', key: state('').key, hash, revision: 0, origin: { partition: 0, offset }, partition: 0, offset, ...it })
const of = (...all: Lying[]) => new Map(all.map((it) => [it.key, it]))
const judged = (mine: Lying, ...others: Lying[]) => {
  const { key } = mine, seen = atFirstSight({ states: [state('new')] }, of(mine)) as Changed
  return onReading(seen, new Map([[key, [mine, ...others]]]), () => ({ location: 'old' }), new Map([[key, { location: 'new' }]]))
}
const revisions = (it: ReturnType<typeof judged>) => [it.verdict, ...it.give.map(({ revision }) => revision)]

test('what was filtered or refused and is so today is the same; where something lies that would not be made today, it is told', () => {
  expect([atFirstSight('now-filtered', undefined), atFirstSight('now-refused', undefined), atFirstSight('now-filtered', of(lying('a', 1))), atFirstSight('now-refused', of(lying('a', 1)))]).toEqual(['same', 'same', 'now-filtered', 'now-refused'])
  expect([atFirstSight({ states: [state('a')] }, undefined), atFirstSight({ states: [state('a')] }, of(lying('a', 1)))]).toEqual(['was-not-there', 'same'])
})

test('another entity, one more and one less are another state', () => {
  for (const states of [[state('a', 'shop:2')], [state('a'), state('a', 'shop:2')], []]) expect(atFirstSight({ states }, of(lying('a', 1)))).toBe('another-state')
})

test('other content goes out with the next revision of all that lies there of the state', () => {
  expect(revisions(judged(lying('old', 1)))).toEqual(['differs', 1])
  expect(revisions(judged(lying('old', 1, { revision: 3 }), lying('old', 2, { revision: 1 })))).toEqual(['differs', 4])
})

test('an earlier record of an equal version does not overwrite a later one with other content; its equal is no reason', () => {
  const mine = lying('old', 7)
  expect(revisions(judged(mine, lying('later', 8)))).toEqual(['passed'])
  expect(revisions(judged(mine, lying('later', 3, { revision: 1 })))).toEqual(['passed'])
  for (const other of [lying('earlier', 6), lying('old', 8), lying('elsewhere', 8, { origin: { partition: 1, offset: 8 } })]) expect(revisions(judged(mine, other))).toEqual(['differs', 1])
})

test('other bytes of the same content are no difference', () => {
  const mine = lying('old', 1), seen = atFirstSight({ states: [state('new')] }, of(mine)) as Changed
  expect(onReading(seen, new Map([[mine.key, [mine]]]), () => ({ location: 'same', meta: 1 }), new Map([[mine.key, { location: 'same', meta: 2 }]]))).toMatchObject({ verdict: 'same', give: [] })
})
