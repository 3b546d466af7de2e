import { sourceOutcomes, targetOutcomes } from '../../runtime/balance-terms.ts'
import type { Sheet, SourceLine, TargetLine } from '../api/balance.schema.ts'

/** The columns of a side: its usual outcomes, and what else there was. The rare ones only where there are such records. */
export function columnsOf(lines: readonly { outcomes: Readonly<Record<string, number>> }[], side: 'source' | 'target'): string[] {
  const usual: readonly string[] = side === 'source' ? sourceOutcomes : targetOutcomes, met = new Set(lines.flatMap(({ outcomes }) => Object.keys(outcomes).filter((it) => outcomes[it] !== 0)))
  return [...usual.filter((it) => !rare.has(it) || met.has(it)), ...[...met].filter((it) => !usual.includes(it)).sort()]
}
/** Only where somebody has accepted something. */
export const acceptedIn = (lines: readonly { readonly accepted: number }[]): readonly 'accepted'[] => (lines.some(({ accepted }) => accepted !== 0) ? ['accepted'] : [])
const rare = new Set(['discarded'])

/** What a term means, and the command that leads to the records behind it. */
export interface Term { readonly says: string; readonly leads?: (unit: string) => string }
export const terms: Readonly<Record<string, Term>> = {
  read: { says: 'taken in' },
  emitted: { says: 'canonical records that a source gave' },
  mapped: { says: 'became canonical records' },
  filtered: { says: 'left out by a named rule' },
  rejected: { says: 'refused, with a cause', leads: (unit) => `npm run hub -- rejections list --unit ${unit}` },
  parked: { says: 'wait behind a refused one', leads: (unit) => `npm run hub -- parked --unit ${unit}` },
  superseded: { says: 'a newer state came' },
  discarded: { says: 'given up, with a reason', leads: (unit) => `npm run hub -- rejections list --unit ${unit} --status closed` },
  applied: { says: 'written' },
  stale: { says: 'the target held a newer state' },
  duplicate: { says: 'the target held exactly this' },
  accepted: { says: 'never arrived, and a person has accepted that', leads: (unit) => `npm run hub -- findings list --unit ${unit} --status accepted` },
  remainder: { says: 'on neither side of the account: on its way, or a difference', leads: (unit) => `npm run hub -- findings list --unit ${unit}` },
}

export const routeOf = ({ source, model, target }: Pick<TargetLine, 'source' | 'model' | 'target'>): string => `${source} → ${model} → ${target}`
/** Begin of a line's period, as a person reads it; no cell where there are no periods. */
export const periodOf = (by: Sheet['by'], period: string | null): string[] => (by === 'run' ? [] : [period === null ? '-' : period.slice(0, by === 'day' ? 10 : 16).replace('T', ' ')])
/** Both sides of each control total. */
export const totalsOf = ({ targets }: Sheet) => targets.flatMap((line) => line.totals.map(({ name, emitted, target }) => ({ period: line.period, route: routeOf(line), name, emitted, target, is: emitted === target ? 'equal' as const : line.accepted !== 0 && line.settled === 'balanced' ? 'accepted' as const : line.settled })))

/** A number that a person may want to look behind, with the command that shows the records. */
export interface Lead { readonly term: string; readonly unit: string; readonly count: number; readonly command: string }
export function leads({ sources, targets }: Sheet): Lead[] {
  const found = new Map<string, Lead>()
  const add = (unit: string, term: string, count: number) => {
    const leadsTo = terms[term]?.leads, key = `${unit} ${term}`
    if (count !== 0 && leadsTo) found.set(key, { term, unit, count: (found.get(key)?.count ?? 0) + count, command: leadsTo(unit) })
  }
  const all = (unit: string, { outcomes, accepted, remainder }: Pick<SourceLine | TargetLine, 'outcomes' | 'accepted' | 'remainder'>) => {
    for (const [term, count] of Object.entries(outcomes)) add(unit, term, count)
    add(unit, 'accepted', accepted)
    add(unit, 'remainder', remainder)
  }
  for (const line of sources) all(line.source, line)
  for (const line of targets) { all(line.target, line); if (line.settled === 'differs' && line.remainder === 0) add(line.target, 'remainder', 1) }
  return [...found.values()]
}
