import type { RouteStatus, State, Status } from '../api/status.schema.ts'
import { codeEntry } from '../../runtime/codes.ts'
import type { Paint } from './paint.ts'
import { age, count, table } from './table.ts'

const colours = { stopped: 'red', paused: 'yellow', silent: 'red', unknown: 'yellow', acquiring: 'yellow', running: 'green' } as const satisfies Record<State, string>
const outcomes = ['applied', 'superseded', 'stale', 'duplicate', 'filtered', 'rejected', 'parked']

/** The status for a person: one line per route, and under it only what is wrong. */
export function statusText(status: Status, paint: Paint): string {
  const endpoints = table([{ head: 'ENDPOINT' }, { head: '' }, { head: 'AT' }], Object.entries(status.endpoints).map(([name, it]) =>
    [name, it.reachable ? paint('green', 'ok') : paint('red', it.trouble?.code ?? 'down'), it.url ?? '-']))
  const routes = table(
    [{ head: 'ROUTE' }, { head: 'STATE' }, { head: 'LAG', right: true }, { head: 'AGE', right: true }, { head: 'APPLIED', right: true }, { head: 'OTHER OUTCOMES' }],
    status.routes.map((it) => [routeName(it), paint(colours[it.state], it.state), count(it.lag), age(it.freshness), count(it.counts['applied'] ?? 0), others(it)]))
  return [endpoints, '', sourcesOf(status, paint), '', routes, ...targetsOf(status, paint), ...troubles(status, paint)].join('\n')
}

/** Every source record is in one of the columns behind READ: nothing is missing where they add up. The last two appear where there are such records. */
function sourcesOf({ routes }: Status, paint: Paint): string {
  const stages = new Map(routes.map(({ translate }) => [translate.unit, translate]))
  const rare = ['superseded', 'discarded'].filter((it) => [...stages.values()].some(({ counts }) => (counts[it] ?? 0) !== 0))
  const columns = ['read', 'mapped', 'filtered', 'rejected', 'parked', ...rare]
  return table(
    [{ head: 'SOURCE' }, { head: 'STATE' }, { head: 'LAG', right: true }, ...columns.map((it) => ({ head: it.toUpperCase(), right: true as const }))],
    [...stages.values()].map((it) => [it.unit, paint(colours[it.state], it.state), count(it.lag), ...columns.map((outcome) => count(it.counts[outcome] ?? 0))]))
}

/** Up to when each target is proven to hold everything. */
function targetsOf({ targets }: Status, paint: Paint): string[] {
  if (targets.length === 0) return []
  return ['', table([{ head: 'TARGET' }, { head: 'VERIFIED THROUGH' }, { head: 'AGE', right: true }, { head: 'HELD BACK BY' }], targets.map(({ target, through, age: seconds, held }) =>
    [target, through === null ? paint('yellow', 'nobody has looked') : through, age(seconds), held === null ? '' : `${held.why === 'difference' ? paint('red', 'a difference') : held.why === 'translate' ? 'what is not translated' : 'what is on its way'} in ${held.topic}/${held.partition}`]))]
}

export const routeName = ({ source, model, target }: { source: string; model: string; target: string }) => `${source} → ${model} → ${target}`

const others = ({ counts }: RouteStatus) => outcomes.slice(1).filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) => `${count(counts[outcome]!)} ${outcome}`).join(', ')

function troubles({ routes, books, lacks, endpoints }: Status, paint: Paint): string[] {
  const stages = new Map(routes.flatMap(({ translate, deliver }) => [translate, deliver]).map((stage) => [`${stage.unit} ${stage.topic}`, stage]))
  const wrong = [...stages.values()].filter(({ reason, state }) => reason !== null && state !== 'running')
  // One cause is told once, whatever it holds up.
  const lines = [...Map.groupBy(wrong, ({ unit, state, code, reason }) => `${unit} ${state} ${code} ${reason}`).values()].map((these) => {
    const { unit, state, code, reason } = these[0]!
    return `${paint(colours[state], state)} ${unit} (${these.map(({ topic }) => topic).join(', ')}): ${code}: ${reason} ${code === null ? '' : codeEntry(code).todo}`.trimEnd()
  })
  const met = [...Object.values(endpoints).flatMap(({ trouble }) => trouble ?? []), ...lacks]
  for (const { code, says, todo, detail } of new Map(met.map((it) => [`${it.code} ${it.detail}`, it])).values()) lines.push(`${paint('yellow', code)}: ${says} (${detail}) ${todo}`)
  if (books !== null && books.gaps + books.overlaps > 0) lines.push(paint('red', `The books have ${books.gaps} gaps and ${books.overlaps} overlaps: some offsets were accounted for never or twice.`))
  return lines.length === 0 ? [] : ['', ...lines]
}
