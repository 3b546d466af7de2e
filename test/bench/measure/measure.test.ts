import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { allocated } from './allocation.ts'
import { drained } from './drain.ts'
import { type Figure, figureOf } from './figure.ts'
import { percentilesOf } from './percentiles.ts'
import { treeCost } from './process-tree.ts'
import { ratiosOf } from './ratios.ts'
import { spreadOf } from './spread.ts'

test('a percentile is the smallest value that so many do not exceed', () => {
  const values = Float64Array.from({ length: 1000 }, (_, at) => 1000 - at)
  expect(percentilesOf(values)).toEqual({ count: 1000, p50: 500, p99: 990, p999: 999, max: 1000 })
  expect(percentilesOf(Float64Array.of(7))).toEqual({ count: 1, p50: 7, p99: 7, p999: 7, max: 7 })
  expect(() => percentilesOf(new Float64Array())).toThrow('no percentiles of nothing')
})

test('a spread has the median of the rounds, and their bounds', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
  expect(spreadOf([4, 1])).toEqual({ median: 2.5, min: 1, max: 4 })
})

const figure = (contestant: string, rate: number, program: number, database: number): Figure =>
  figureOf({ task: 'sink', contestant, records: 1000, guarantee: 'none' }, [{ foreignCores: 0, values: { records_per_s: rate, program_cpu_s_per_million: program, database_cpu_s_per_million: database } }])

test('above 1 ours is better: more records a second, less CPU for each', () => {
  const ours = figure('ours', 60_000, 12, 8), rivals = [figure('slow', 30_000, 30, 10), figure('fast', 120_000, 5, 5)]
  expect(ratiosOf(ours, rivals, { rate: 'records_per_s', cpu: ['program_cpu_s_per_million', 'database_cpu_s_per_million'] })).toEqual({ slow: { rate: 2, cpu: 2 }, fast: { rate: 0.5, cpu: 0.5 } })
  expect(ratiosOf(ours, [], { rate: 'records_per_s', cpu: [] })).toEqual({})
  expect(() => ratiosOf(ours, rivals, { rate: 'rows', cpu: [] })).toThrow('the figure of ours has no rows')
})

test('the steady part leaves the first 30 % out, whatever units the progress has', async () => {
  let at = 0
  const result = await drained({
    records: 1000, progress: async () => ({ at: at += 200, end: at >= 2000 ? 2000 : null }), watched: { program: [process.pid], broker: [], database: [], rest: [] },
    everyMs: 5, limitMs: 5_000, alive: () => {},
  })
  expect(result.whole.records).toBe(900)
  expect(result.steady.records).toBe(700)
  expect(result.trace.map((it) => it.done)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000])
  expect(result.rssPeakMb).toBeGreaterThan(10)
})

test('a backlog that does not get on is an error, and so is a program that ended', async () => {
  const stuck = { records: 10, progress: async () => ({ at: 1, end: 10 }), watched: { program: [], broker: [], database: [], rest: [] }, everyMs: 1, limitMs: 20 }
  await expect(drained({ ...stuck, alive: () => {} })).rejects.toThrow('it was at 1 of 10')
  await expect(drained({ ...stuck, alive: () => { throw new Error('it has ended') } })).rejects.toThrow('it has ended')
})

test('CPU and memory of a process come from the kernel; one that is gone has none', () => {
  expect(treeCost([process.pid]).cpuSeconds).toBeGreaterThan(0)
  expect(treeCost([2 ** 22 + 1])).toEqual({ cpuSeconds: 0, rssMb: 0, peakRssMb: 0 })
})

test('what was allocated is read from the collections', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tributary-gc-')), 'log')
  writeFileSync(file, [
    '[12:0x2a]      100 ms: Scavenge 13.0 (18.3) -> 10.0 (18.3) MB, pooled: 0 MB, 1.10 / 0.00 ms  (average mu = 1.000) allocation failure; ',
    '{"at":"2026-01-01T00:00:00.000Z","event":"program.ready"}',
    '[12:0x2a]      200 ms: Mark-Compact (reduce) 15.0 (20.1) -> 8.0 (28.8) MB, pooled: 0 MB, 2.26 / 0.00 ms; ',
    '[12:0x2a]      300 ms: Scavenge 9.0 (20.1) -> 8.5 (28.8) MB, pooled: 0 MB, 2.26 / 0.00 ms; ',
  ].join('\n'))
  expect(allocated(file) / 2 ** 20).toBeCloseTo(13 + 5 + 1)
})
