import type { Figure } from '../measure/figure.ts'
import type { Kept } from './kept-figures.ts'

/** A line of what is to be reached: how it is read from the figures, and which values are good enough. */
export interface Target { readonly what: string; readonly atLeast: string; readonly read: (kept: (task: string) => Kept | null) => number | null; readonly good: (value: number) => boolean; readonly unit: string }

const ours = (kept: Kept | null, setup?: RegExp): Figure | undefined => kept?.figures.find((it) => it.contestant === 'ours' && (setup === undefined ? it.setup === undefined : setup.test(it.setup ?? '')))
const median = (figure: Figure | undefined, name: string): number | null => figure?.values[name]?.median ?? null
const value = (task: string, name: string, setup?: RegExp) => (kept: (task: string) => Kept | null) => median(ours(kept(task), setup), name)
const ratio = (task: string, rival: string, which: 'rate' | 'cpu') => (kept: (task: string) => Kept | null) => kept(task)?.ratios[rival]?.[which] ?? null
const most = (limit: number) => (found: number) => found <= limit
const least = (limit: number) => (found: number) => found >= limit
/** How much more CPU the first needs than the second, in percent. */
const costOver = (task: string, with_: RegExp, without: RegExp, name: string) => (kept: (task: string) => Kept | null) => {
  const [a, b] = [median(ours(kept(task), with_), name), median(ours(kept(task), without), name)]
  return a === null || b === null ? null : (a / b - 1) * 100
}
/** How many times the second the first is. */
const over = (task: string, name: string, above: RegExp, below: RegExp) => (kept: (task: string) => Kept | null) => {
  const [a, b] = [median(ours(kept(task), above), name), median(ours(kept(task), below), name)]
  return a === null || b === null ? null : a / b
}
const largest = (name: string) => (kept: (task: string) => Kept | null) => {
  const all = ['translate', 'sink', 'end-to-end', 'latency', 'backlog'].flatMap((task) => (kept(task)?.figures ?? []).filter((it) => it.contestant === 'ours').flatMap((it) => it.values[name]?.max ?? []))
  return all.length === 0 ? null : Math.max(...all)
}

const perSecond = 'program_cpu_s_per_million'
export const targets: readonly Target[] = [
  { what: 'translate, pure path of one core', atLeast: '≥ 120,000', unit: 'records/s', read: value('pure', 'records_per_cpu_s'), good: least(120_000) },
  { what: 'translate, rate beside Kafka Streams exactly_once_v2', atLeast: '≥ 1.2', unit: '', read: ratio('translate', 'streams-eos', 'rate'), good: least(1.2) },
  { what: 'translate, CPU beside Kafka Streams exactly_once_v2', atLeast: '≥ 1.2', unit: '', read: ratio('translate', 'streams-eos', 'cpu'), good: least(1.2) },
  { what: 'translate, CPU of the program', atLeast: '≤ 8', unit: 's per million', read: value('translate', perSecond), good: most(8) },
  { what: 'translate, rate beside stock kafkajs', atLeast: '≥ 2', unit: '', read: ratio('translate', 'stock-kafkajs', 'rate'), good: least(2) },
  { what: 'translate, CPU beside stock kafkajs', atLeast: '≥ 2', unit: '', read: ratio('translate', 'stock-kafkajs', 'cpu'), good: least(2) },
  { what: 'translate, CPU beside plain Java clients in transactions', atLeast: '≥ 1', unit: '', read: ratio('peers', 'raw-tx', 'cpu'), good: least(1) },
  { what: 'sink to PostgreSQL', atLeast: '≥ 50,000', unit: 'rows/s', read: value('sink', 'records_per_s'), good: least(50_000) },
  { what: 'sink, CPU of program and database', atLeast: '≤ 25', unit: 's per million', good: most(25),
    read: (kept) => { const it = ours(kept('sink')), [program, database] = [median(it, perSecond), median(it, 'database_cpu_s_per_million')]; return program === null || database === null ? null : program + database } },
  { what: "sink, rate beside Debezium's best configuration", atLeast: '≥ 1.2', unit: '', read: ratio('sink', 'debezium-avro', 'rate'), good: least(1.2) },
  { what: 'sink, CPU beside Debezium (0.7 of its CPU)', atLeast: '≥ 1.43', unit: '', read: ratio('sink', 'debezium-avro', 'cpu'), good: least(1.43) },
  { what: 'sink with history', atLeast: '≥ 35,000', unit: 'rows/s', read: value('sink', 'records_per_s', /history/), good: least(35_000) },
  { what: 'whole way, source topic to table', atLeast: '≥ 20,000', unit: 'records/s', read: value('end-to-end', 'records_per_s'), good: least(20_000) },
  { what: 'source record to row at 1,000/s, p99', atLeast: '≤ 150', unit: 'ms', read: value('latency', 'p99_ms', /^1000 records/), good: most(150) },
  { what: 'source record to row at half of the maximum rate, p99', atLeast: '≤ 1,000', unit: 'ms', read: value('latency', 'p99_ms', /^(?!1000 )\d+ records/), good: most(1_000) },
  { what: 'exactly once over at least once, CPU', atLeast: '≤ 10', unit: '% more', read: costOver('costs', /everything/, /at least once/, perSecond), good: most(10) },
  { what: 'telemetry on over off, CPU', atLeast: '≤ 3', unit: '% more', read: costOver('costs', /everything/, /telemetry off/, perSecond), good: most(3) },
  { what: 'memory of a program under load', atLeast: '≤ 250', unit: 'MB', read: largest('rss_peak_mb'), good: most(250) },
  { what: 'growth of memory at half of the maximum rate, after the warm-up', atLeast: '≤ 10', unit: 'MB', read: value('latency', 'rss_growth_mb', /^(?!1000 )\d+ records/), good: most(10) },
  { what: 'first record through after kill -9', atLeast: '≤ 10,000', unit: 'ms', read: value('recovery', 'first_record_through_ms', /dynamic/), good: most(10_000) },
  { what: 'the same, started again as the same static member', atLeast: '≤ 2,000', unit: 'ms', read: value('recovery', 'first_record_through_ms', /static/), good: most(2_000) },
  { what: 'pause of other partitions meanwhile', atLeast: '≤ 500', unit: 'ms', read: value('recovery', 'pause_of_others_ms', /dynamic/), good: most(500) },
  { what: 'idle translator', atLeast: '≤ 1', unit: '% of a core', read: value('idle', 'translator_percent_of_a_core'), good: most(1) },
  { what: 'idle sink', atLeast: '≤ 1', unit: '% of a core', read: (kept) => { const of = Object.entries(ours(kept('idle'))?.values ?? {}).filter(([name]) => /^sink.*_percent_of_a_core$/.test(name)); return of.length === 0 ? null : Math.max(...of.map(([, it]) => it.median)) }, good: most(1) },
  { what: 'verified through at 2,000 records/s, oldest', atLeast: '≤ 120', unit: 's', read: value('books', 'verified_age_max_s', /^2000 records/), good: most(120) },
  { what: 'route with its reconciler stopped, rate beside the same with everything', atLeast: '≥ 0.95', unit: '', read: over('books', 'records_per_s', /^route, reconciler stopped/, /^route, with everything/), good: least(0.95) },
  { what: 'reconciler that was away catches up, rate beside that of the route', atLeast: '≥ 1', unit: '', read: over('books', 'records_per_s', /^catching up, books/, /^route, reconciler stopped/), good: least(1) },
  { what: 'four times the backlog takes', atLeast: '≤ 4.4', unit: 'times as long', read: over('backlog', 'seconds', /all/, /quarter/), good: most(4.4) },
  { what: '64 partitions and 20 sources beside 8 and 4, rate', atLeast: '≥ 0.85', unit: '', read: over('scale', 'records_per_s', /20 sources/, /4 sources/), good: least(0.85) },
]
