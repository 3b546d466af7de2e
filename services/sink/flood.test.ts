import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Flood, type FloodSettings, type Tried } from './flood.ts'
import { applied } from './targets/state-order.ts'
import type { Verdict } from './targets/target.ts'

beforeEach(() => { vi.useFakeTimers({ now: 1_700_000_000_000 }) })
afterEach(() => { vi.useRealTimers() })

const card: FloodSettings['card'] = { name: 'sample', owner: 'Data', onCall: 'data@example.com', rejects: 0.05, resumes: 'by-itself' }
const flood = (more: Partial<FloodSettings['card']> = {}, approvedAt = () => -Infinity) => new Flood({ card: { ...card, ...more }, model: 'order.v1', approvedAt })
const refusal = (field = 'total', code = 'sqlstate.23514', ofTheValues = false): Verdict => ({ outcome: 'rejected', code: 'target.refused', says: '', ofTheValues, problems: [{ field, from: [], code, expected: '', got: '' }] })
/** New entities, of which the first so many are refused. */
let next = 0
const chunk = (count: number, refused: number, why: (at: number) => Verdict = () => refusal()): Tried[] => Array.from({ length: count }, (_, at) => ({ entity: `sample:${next++}`, timestamp: Date.now(), verdict: at < refused ? why(at) : applied }))
const waits = expect.objectContaining({ name: 'Environment', code: 'target.refuses_many' }) as Error
/** As a route hands a chunk to the target. */
const given = (it: Flood, tried: readonly Tried[]) => { const leave = it.enter(); try { it.judge(tried) } finally { leave() } }

test('one cause at four in a hundred entities is data, at six it is the target', () => {
  const it = flood()
  for (let n = 0; n < 20; n++) given(it, chunk(100, 4))
  expect(() => { given(flood(), chunk(1_000, 60)) }).toThrow(waits)
})
test('fewer than a hundred entities within a minute say nothing, however many chunks they come in', () => {
  const it = flood()
  for (let n = 0; n < 9; n++) given(it, chunk(10, 10))
  vi.advanceTimersByTime(75_000)
  for (let n = 0; n < 9; n++) given(it, chunk(10, 10))
  expect(() => { given(it, chunk(20, 1)) }).toThrow(waits)
})
test('an entity that is refused again and again is one, and so is one that is tried again and again', () => {
  const it = flood(), same = chunk(1, 1)
  for (let n = 0; n < 200; n++) given(it, [...same, ...chunk(1, 0)])
  const other = flood(), few = chunk(90, 90)
  for (let n = 0; n < 10; n++) given(other, few)
})
test('many causes at a few entities each are no flood, lines of a list are one field', () => {
  const it = flood()
  for (let n = 0; n < 10; n++) given(it, chunk(100, 50, (at) => refusal(`field ${at}`)))
  expect(() => { given(it, chunk(200, 100, (at) => refusal(`lines[${at}].sku`))) }).toThrow(/for sqlstate.23514 on lines\[\]\.sku/)
})
test('what no target would take whatever is changed there never makes anything wait', () => { given(flood(), chunk(500, 499, () => refusal('note', 'sqlstate.22021', true))) })

test('while it waits one chunk at a time is tried, and it ends when a hundred entities went through', () => {
  const it = flood(), refused = chunk(200, 20)
  expect(() => { given(it, refused) }).toThrow(waits)
  const leave = it.enter()
  expect(() => it.enter()).toThrow(waits)
  leave()
  expect(() => { given(it, chunk(10, 1)) }).toThrow(waits)
  for (let n = 0; n < 5; n++) given(it, chunk(10, 0))
  // It may be quiet by chance: half of a hundred is not the end.
  expect(() => { given(it, chunk(10, 1)) }).toThrow(waits)
  given(it, chunk(50, 0))
  given(it, chunk(10, 1))
  expect(it.enter()).not.toThrow()
  expect(it.enter()).not.toThrow()
})
test('a trickle that is taken again ends it too, when the minute is over', () => {
  const it = flood()
  expect(() => { given(it, chunk(100, 50)) }).toThrow(waits)
  vi.advanceTimersByTime(30_000)
  given(it, chunk(1, 0))
  expect(() => { given(it, chunk(1, 1)) }).toThrow(waits)
  vi.advanceTimersByTime(61_000)
  given(it, [])
  expect(() => { given(it, chunk(1, 1)) }).toThrow(waits)
  vi.advanceTimersByTime(61_000)
  given(it, chunk(1, 0))
  given(it, chunk(1, 1))
})
test('another cause than the first is found as well', () => {
  const it = flood()
  expect(() => { given(it, chunk(100, 50)) }).toThrow(/on total/)
  expect(() => { given(it, chunk(100, 50, () => refusal('number'))) }).toThrow(/on number/)
})
test('who lets it be refused lets through what was there then, and nothing of tomorrow', () => {
  let approved = -Infinity
  const it = flood({ resumes: 'on-approval' }, () => approved), first = chunk(100, 100), later = chunk(100, 0)
  expect(() => { given(it, first) }).toThrow(waits)
  expect(() => { given(it, later) }).toThrow(waits)
  vi.advanceTimersByTime(5_000)
  approved = Date.now()
  given(it, first)
  vi.advanceTimersByTime(1_000)
  expect(() => { given(it, chunk(100, 100)) }).toThrow(waits)
})
