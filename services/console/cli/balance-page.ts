import type { Sheet } from '../api/balance.schema.ts'
import { acceptedIn, columnsOf, leads, periodOf, routeOf, terms, totalsOf } from './balance-terms.ts'
import { count } from './table.ts'

const style = `body{font:15px/1.5 system-ui,sans-serif;color:#1d2433;background:#fff;margin:2.5rem auto;max-width:78rem;padding:0 1.5rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.05rem;margin:2.2rem 0 .5rem}
.lead{color:#5b6475;margin:.2rem 0 1.2rem}.verdict{display:inline-block;padding:.35rem .8rem;border-radius:.4rem;font-weight:600}.ok{background:#e3f4e8;color:#14632b}.wait{background:#fdf3d8;color:#7a5200}.bad{background:#fde5e3;color:#98150b}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}th{font-weight:600;color:#5b6475;border-bottom:2px solid #d9dde5}
td{border-bottom:1px solid #eceef2}.t{text-align:left}.zero{color:#b3b9c4}dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.2rem}dt{font-weight:600}dd{margin:0}code{font:13px ui-monospace,monospace;background:#f3f4f7;padding:.1rem .35rem;border-radius:.25rem}
@media print{body{margin:0;max-width:none}}`
const states = { 'equal': 'ok', 'balanced': 'ok', 'accepted': 'wait', 'on its way': 'wait', 'differs': 'bad' } as const

/** The sheet as one page that needs nothing else: to be read, printed and kept. */
export function balancePage(sheet: Sheet): string {
  const { sources, targets, by, at, hub, from, to, balanced } = sheet, worst = targets.some(({ settled }) => settled === 'differs') || sources.some(({ remainder }) => remainder !== 0) ? 'differs' : balanced ? 'balanced' : 'on its way'
  const agreedInSources = acceptedIn(sources), agreedInTargets = acceptedIn(targets), agreed = agreedInSources.length + agreedInTargets.length > 0
  const said = { 'balanced': `Both sides agree: every record is accounted for${agreed ? ', but for what was accepted' : ''}.`, 'on its way': 'What differs is on its way; nothing is known to be lost.', 'differs': 'The sides differ: see the findings.' }[worst]
  const periods = by === 'run' ? [] : ['period'], when = (period: string | null) => periodOf(by, period).map(text)
  const inSources = columnsOf(sources, 'source'), inTargets = columnsOf(targets, 'target'), totals = totalsOf(sheet)
  const lead = leads(sheet)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Balance ${escaped(hub)} ${at.slice(0, 10)}</title><style>${style}</style></head><body>
<h1>Balance of the hub${hub === '' ? '' : ` ${escaped(hub)}`}</h1>
<p class="lead">Drawn up ${at.slice(0, 19).replace('T', ' ')} UTC${from === null && to === null ? ', of everything since the books began' : `, of records ${from === null ? '' : `from ${escaped(from)} `}${to === null ? '' : `to ${escaped(to)}`}`}.</p>
<p><span class="verdict ${states[worst]}">${said}</span></p>
<h2>Sources: what became of every record</h2>
${table([...periods, 'source'], ['read', ...inSources, ...agreedInSources, 'remainder'], sources.map((it) => [...when(it.period), text(it.source), number(it.read), ...inSources.map((name) => number(it.outcomes[name] ?? 0)), ...agreedInSources.map((name) => number(it[name])), left(it.remainder)]))}
<h2>Targets: what became of everything that was emitted for them</h2>
${table([...periods, 'route'], ['emitted', ...inTargets, ...agreedInTargets, 'remainder', ''], targets.map((it) => [...when(it.period), text(routeOf(it)), number(it.emitted), ...inTargets.map((name) => number(it.outcomes[name] ?? 0)), ...agreedInTargets.map((name) => number(it[name])), left(it.remainder), badge(it.settled, it.settled)]))}
${totals.length === 0 ? '' : `<h2>Control totals</h2>
${table([...periods, 'total', 'route'], ['emitted', 'at the target', ''], totals.map((it) => [...when(it.period), text(it.name), text(it.route), `<td>${escaped(it.emitted)}</td>`, `<td>${escaped(it.target)}</td>`, badge(it.is, it.is)]))}`}
<h2>Where the records are</h2>
${lead.length === 0 ? '<p>Nothing is refused, waiting or missing.</p>' : `<dl>${lead.map(({ unit, term, count: records, command }) => `<dt>${count(records)} ${escaped(term)} at ${escaped(unit)}</dt><dd><code>${escaped(command)}</code></dd>`).join('')}</dl>`}
<h2>Words</h2>
<dl>${[...new Set(['read', ...inSources, 'emitted', ...inTargets, ...(agreed ? ['accepted'] : []), 'remainder'])].flatMap((term) => { const it = terms[term]; return it ? [`<dt>${term}</dt><dd>${it.says}</dd>`] : [] }).join('')}</dl>
</body></html>`
}

const escaped = (it: string) => it.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const text = (it: string) => `<td class="t">${escaped(it)}</td>`
const number = (it: number) => `<td${it === 0 ? ' class="zero"' : ''}>${count(it)}</td>`
const left = (it: number) => (it === 0 ? badge('balanced', '0') : badge('differs', count(it)))
const badge = (state: keyof typeof states, said: string) => `<td><span class="verdict ${states[state]}" style="padding:0 .5rem">${said}</span></td>`
const table = (named: readonly string[], counted: readonly string[], rows: readonly (readonly string[])[]) =>
  `<div class="wide"><table><thead><tr>${named.map((it) => `<th class="t">${it}</th>`).join('')}${counted.map((it) => `<th>${it}</th>`).join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${row.join('')}</tr>`).join('\n')}</tbody></table></div>`
