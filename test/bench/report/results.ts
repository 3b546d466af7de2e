import type { Figure } from '../measure/figure.ts'
import { rounded, type Spread } from '../measure/spread.ts'
import { tasks } from '../tasks/index.ts'
import { barChart, type Bar } from './bar-chart.ts'
import type { Kept } from './kept-figures.ts'
import { lineChart } from './line-chart.ts'
import { targets } from './targets.ts'

export interface Results { readonly markdown: string; /** Files beside it. */ readonly charts: ReadonlyMap<string, string> }

/** The values that are worth a chart, by task. */
const charted: Readonly<Record<string, readonly string[]>> = {
  translate: ['records_per_s', 'program_cpu_s_per_million'], sink: ['records_per_s', 'program_cpu_s_per_million', 'database_cpu_s_per_million'],
  peers: ['records_per_s', 'program_cpu_s_per_million'], scale: ['records_per_s', 'program_cpu_s_per_million'], latency: ['p99_ms'], books: ['records_per_s', 'reconciler_cpu_s_per_million'],
}

/** The page, of the last run of each task. */
export function results(kept: (task: string) => Kept | null): Results {
  const charts = new Map<string, string>()
  const found = Object.keys(tasks).flatMap((task) => [task, `${task}-3-brokers`]).map(kept).filter((it) => it !== null)
  const sections = found.map((it) => section(it, charts))
  const reached = targets.map((it) => {
    const value = it.read(kept)
    return `| ${it.what} | ${it.atLeast} ${it.unit} | ${value === null ? 'not measured' : `${rounded(value).toLocaleString('en-GB')} ${it.unit}`} | ${value === null ? '' : it.good(value) ? 'reached' : '**not reached**'} |`
  })
  return { charts, markdown: [
    '# Results', 'Written by `npm run bench -- report` from the last run of each task; never by hand. How it is measured: [README.md](README.md).',
    ['| what | at least | measured | |', '|---|---|---|---|', ...reached].join('\n'), ...sections,
  ].join('\n\n') + '\n' }
}

function section({ task, at, commit, machine, figures, ratios }: Kept, charts: Map<string, string>): string {
  const names = [...new Set(figures.flatMap((it) => Object.keys(it.values)))]
  const cell = (spread: Spread | undefined) => (spread === undefined ? '' : spread.min === spread.max ? number(spread.median) : `${number(spread.median)} <sub>${number(spread.min)} … ${number(spread.max)}</sub>`)
  const head = figures.map(labelOf)
  const rows = [
    row('records', figures.map((it) => number(it.records))), row('rounds', figures.map((it) => `${it.rounds}`)),
    ...names.map((name) => row(name.replaceAll('_', ' '), figures.map((it) => cell(it.values[name])))),
    row('other work, cores', figures.map((it) => cell(it.foreignCores))), row('guarantee', figures.map((it) => it.guarantee)),
  ]
  const beside = Object.entries(ratios).map(([rival, it]) => `Ours beside ${rival}: ${it.rate} times the rate, ${it.cpu} times the records for the same CPU.`)
  return [`## ${task}`, `${at.slice(0, 16).replace('T', ' ')} UTC, commit ${commit}, ${machine}.`, [row('', head), row('---', head.map(() => '---')), ...rows].join('\n'),
    ...(beside.length === 0 ? [] : [beside.join(' ')]), ...chartsOf(task, figures, charts)].join('\n\n')
}

const row = (first: string, cells: readonly string[]) => `| ${[first, ...cells].join(' | ')} |`
const number = (value: number) => value.toLocaleString('en-GB')
const labelOf = ({ contestant, setup }: Figure) => (setup === undefined ? contestant : `${contestant}, ${setup}`)

function chartsOf(task: string, figures: readonly Figure[], charts: Map<string, string>): string[] {
  const added: string[] = []
  const add = (name: string, title: string, chart: string) => { charts.set(`${name}.svg`, chart); added.push(`![${title}](charts/${name}.svg)`) }
  for (const name of charted[task.replace('-3-brokers', '')] ?? []) {
    const bars = figures.flatMap((it): Bar[] => (it.values[name] === undefined ? [] : [{ label: labelOf(it), value: it.values[name], ours: it.contestant === 'ours' }]))
    if (bars.length > 0) add(`${task}-${name.replaceAll('_', '-')}`, `${task}: ${name.replaceAll('_', ' ')}`, barChart(`${task}: ${name.replaceAll('_', ' ')}`, bars))
  }
  for (const name of new Set(figures.flatMap((it) => Object.keys(it.trace ?? {})))) {
    const lines = figures.flatMap((it) => (it.trace?.[name] === undefined ? [] : [{ label: it.setup ?? it.contestant, points: it.trace[name] }]))
    add(`${task}-${name.replaceAll('_', '-')}-over-time`, `${task}: ${name.replaceAll('_', ' ')} over time`, lineChart(`${task}: ${name.replaceAll('_', ' ')} over time`, lines))
  }
  return added
}
