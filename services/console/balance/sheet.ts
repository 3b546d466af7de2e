import { isOutcome } from '../../runtime/balance-terms.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { BalanceQuery, Sheet, SourceLine, TargetLine } from '../api/balance.schema.ts'
import type { RouteSpec } from '../status/evidence.ts'
import { type AcceptedRow, type OpenRow, type SheetRows, sheetRows } from './sheet-rows.ts'

type Route = Pick<RouteSpec, 'source' | 'model' | 'target' | 'sourceTopic'>

export async function balanceSheet(ledger: Ledger, hub: string, routes: readonly Route[], query: BalanceQuery): Promise<Sheet> {
  const these = routes.filter((it) => (query.source === undefined || it.source === query.source) && (query.target === undefined || it.target === query.target))
  return sheetOf(await sheetRows(ledger, [...new Set(these.map(({ sourceTopic }) => sourceTopic))], query), hub, these, query, new Date())
}

/** Both sides of every route, by period. */
export function sheetOf({ counts, totals, open, accepted: all }: SheetRows, hub: string, routes: readonly Route[], { from, to, by = 'run' }: BalanceQuery, at: Date): Sheet {
  const periods = [...new Set(counts.map(({ period }) => period?.getTime() ?? null))].sort((a, b) => (a ?? 0) - (b ?? 0))
  const sourceOf = new Map(routes.map(({ source, sourceTopic }) => [source, sourceTopic]))
  const sources: SourceLine[] = [], targets: TargetLine[] = []
  for (const time of periods) {
    const isNow = (it: { period: Date | null }) => (it.period?.getTime() ?? null) === time, period = time === null ? null : new Date(time).toISOString()
    const here = counts.filter(isNow), sums = totals.filter(isNow), opened = open.filter(isNow), agreed = all.filter(isNow)
    for (const [source, topic] of sourceOf) {
      const counted = here.filter((it) => it.stage === 'translate' && it.unit === source && it.topic === topic && it.model === ''), read = countOf(counted, 'read'), outcomes = outcomesOf(counted), accepted = acceptedOf(agreed, topic, '', '')
      if (counted.length > 0) sources.push({ period, source, read, outcomes, accepted, remainder: read - total(outcomes) - accepted })
    }
    for (const { source, model, target, sourceTopic } of routes) {
      const emitted = countOf(here.filter((it) => it.stage === 'translate' && it.unit === source && it.topic === sourceTopic && it.model === model), 'emitted')
      const counted = here.filter((it) => it.stage === 'deliver' && it.unit === target && it.topic === sourceTopic && it.model === model), outcomes = outcomesOf(counted)
      if (emitted === 0 && counted.length === 0) continue
      const side = (stage: string, unit: string) => new Map(sums.filter((it) => it.stage === stage && it.unit === unit && it.topic === sourceTopic && it.model === model).map((it) => [it.name, it.total]))
      const given = side('translate', source), got = side('deliver', target), accepted = acceptedOf(agreed, sourceTopic, target, model), remainder = emitted - total(outcomes) - accepted
      targets.push({
        period, source, model, target, emitted, read: countOf(counted, 'read'), outcomes, accepted, remainder, settled: settledOf(opened.filter((it) => it.topic === sourceTopic && (it.target === target || it.target === '')), remainder),
        totals: [...new Set([...given.keys(), ...got.keys()])].sort().map((name) => ({ name, emitted: given.get(name) ?? '0', target: got.get(name) ?? '0' })),
      })
    }
  }
  const balanced = sources.every(({ remainder }) => remainder === 0) && targets.every(({ remainder, settled }) => remainder === 0 && settled === 'balanced')
  return { at: at.toISOString(), hub, by, from: from ?? null, to: to ?? null, balanced, sources, targets }
}

const settledOf = (open: readonly OpenRow[], remainder: number): TargetLine['settled'] => (open.some(({ told }) => told) ? 'differs' : open.length > 0 || remainder !== 0 ? 'on its way' : 'balanced')
const countOf = (counted: readonly { outcome: string; count: bigint }[], outcome: string) => counted.reduce((sum, it) => sum + (it.outcome === outcome ? Number(it.count) : 0), 0)
const acceptedOf = (agreed: readonly AcceptedRow[], topic: string, target: string, model: string) => agreed.reduce((sum, it) => sum + (it.topic === topic && it.target === target && it.model === model ? Number(it.records) : 0), 0)
const total = (outcomes: Readonly<Record<string, number>>) => Object.values(outcomes).reduce((sum, it) => sum + it, 0)
function outcomesOf(counted: readonly { outcome: string; count: bigint }[]): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { outcome, count } of counted) if (isOutcome(outcome)) found[outcome] = (found[outcome] ?? 0) + Number(count)
  return found
}
