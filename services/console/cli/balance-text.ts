import type { Sheet } from '../api/balance.schema.ts'
import { acceptedIn, columnsOf, leads, periodOf, routeOf, totalsOf } from './balance-terms.ts'
import type { Paint } from './paint.ts'
import { count, table } from './table.ts'

const colours = { 'equal': 'green', 'balanced': 'green', 'accepted': 'yellow', 'on its way': 'yellow', 'differs': 'red' } as const

/** Both sides of the account, control totals, and the commands that lead to what is behind the numbers. */
export function balanceText(sheet: Sheet, paint: Paint): string {
  const { sources, targets, by } = sheet, number = (it: string) => ({ head: it.toUpperCase(), right: true as const })
  if (sources.length + targets.length === 0) return 'Nothing was counted: no block fits.'
  const when = (period: string | null) => periodOf(by, period), period = by === 'run' ? [] : [{ head: 'PERIOD (UTC)' }]
  const inSources = columnsOf(sources, 'source'), inTargets = columnsOf(targets, 'target'), left = (it: number) => (it === 0 ? paint('green', '0') : paint('red', count(it)))
  const totals = totalsOf(sheet), agreedInSources = acceptedIn(sources), agreedInTargets = acceptedIn(targets)
  return [
    table([...period, { head: 'SOURCE' }, number('read'), ...[...inSources, ...agreedInSources].map(number), number('remainder')],
      sources.map((it) => [...when(it.period), it.source, count(it.read), ...inSources.map((name) => count(it.outcomes[name] ?? 0)), ...agreedInSources.map((name) => count(it[name])), left(it.remainder)])),
    '', table([...period, { head: 'MODEL AND TARGET' }, number('emitted'), ...[...inTargets, ...agreedInTargets].map(number), number('remainder'), { head: '' }],
      targets.map((it) => [...when(it.period), routeOf(it), count(it.emitted), ...inTargets.map((name) => count(it.outcomes[name] ?? 0)), ...agreedInTargets.map((name) => count(it[name])), left(it.remainder), paint(colours[it.settled], it.settled)])),
    ...(totals.length === 0 ? [] : ['', table([...period, { head: 'CONTROL TOTAL' }, { head: 'OF' }, { head: 'EMITTED', right: true }, { head: 'AT THE TARGET', right: true }, { head: '' }],
      totals.map((it) => [...when(it.period), it.name, it.route, it.emitted, it.target, paint(colours[it.is], it.is)]))]),
    ...(leads(sheet).length === 0 ? [] : ['', ...leads(sheet).map(({ unit, term, count: records, command }) => `${unit}: ${count(records)} ${term}: ${command}`)]),
  ].join('\n')
}
