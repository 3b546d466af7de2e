import { expect, test } from 'vitest'
import { figureOf } from '../measure/figure.ts'
import type { Kept } from './kept-figures.ts'
import { results } from './results.ts'

const figure = (contestant: string, values: Record<string, number>, setup?: string) =>
  figureOf({ task: 'translate', contestant, records: 1_000_000, guarantee: 'exactly once', ...(setup === undefined ? {} : { setup }) }, [{ values, foreignCores: 0.01, trace: { rss_mb: [[0, 100], [1, 120]] } }])
const kept = (task: string): Kept | null => task !== 'translate' ? null : {
  task, at: '2026-01-02T03:04:05.000Z', commit: 'abc', machine: '2 cores',
  figures: [figure('ours', { records_per_s: 120_000, program_cpu_s_per_million: 7.5 }), figure('streams-eos', { records_per_s: 110_000, program_cpu_s_per_million: 9.9 })],
  ratios: { 'streams-eos': { rate: 1.09, cpu: 1.32 } },
}

test('the page says of each target whether it was reached, and of what was not measured nothing', () => {
  const { markdown } = results(kept)
  expect(markdown).toContain('| translate, rate beside Kafka Streams exactly_once_v2 | ≥ 1.2  | 1.09  | **not reached** |')
  expect(markdown).toContain('| translate, CPU beside Kafka Streams exactly_once_v2 | ≥ 1.2  | 1.32  | reached |')
  expect(markdown).toContain('| sink to PostgreSQL | ≥ 50,000 rows/s | not measured |  |')
})

test('a section has every figure with its guarantee, commit and machine, and its charts lie beside it', () => {
  const { markdown, charts } = results(kept)
  expect(markdown).toContain('2026-01-02 03:04 UTC, commit abc, 2 cores.')
  expect(markdown).toContain('| records per s | 120,000 | 110,000 |')
  expect([...charts.keys()]).toEqual(['translate-records-per-s.svg', 'translate-program-cpu-s-per-million.svg', 'translate-rss-mb-over-time.svg'])
  for (const [name, svg] of charts) {
    expect(markdown).toContain(`(charts/${name})`)
    expect(svg).toMatch(/^<svg [\s\S]*<\/svg>\n$/)
    expect(svg).not.toMatch(/NaN|undefined/)
  }
})
