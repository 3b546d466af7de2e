import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DistinctLately } from './distinct-lately.ts'

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })
const counted = (different: number, times = 1) => {
  const lately = new DistinctLately(60_000)
  for (let at = 0; at < different * times; at++) lately.add(`shopify:${at % different}`)
  return lately
}

test('what is there often counts once, and small numbers are right', () => {
  for (const different of [0, 1, 99, 100, 1_000]) expect(Math.abs(counted(different, 3).count() - different)).toBeLessThanOrEqual(different / 200)
})
test('a busy minute is counted to within two in a hundred, in the memory of a quiet one', () => {
  for (const different of [20_000, 600_000]) expect(Math.abs(counted(different).count() / different - 1)).toBeLessThan(0.02)
})
test('what is older than the time is forgotten, slice by slice', () => {
  const lately = counted(50)
  vi.advanceTimersByTime(30_000)
  for (let at = 40; at < 70; at++) lately.add(`shopify:${at}`)
  expect(lately.count()).toBe(70)
  vi.advanceTimersByTime(41_000)
  expect(lately.count()).toBe(30)
  vi.advanceTimersByTime(3_600_000)
  expect(lately.count()).toBe(0)
})
