import { textOfUnscaled } from '../../../canonical/decimal-sum.ts'
import { type Counted, differing, isOutcome, type Sum, sumOf } from '../../runtime/balance-terms.ts'

/** Two sums that should be equal and are not. */
export interface Imbalance {
  /** Empty where it lies at the source itself. */
  readonly target: string
  readonly model: string | null
  /** `arrived`: what was emitted and what the target has read. `accounted`: what was read and what became of it. */
  readonly between: 'arrived' | 'accounted'
  readonly should: Sum
  readonly is: Sum
  readonly differs: readonly string[]
}
/** A model of a source and a target that takes it. */
export interface Feed { readonly model: string; readonly target: string }

/** Where the books of one block do not balance, at one instant. None: everything that was emitted until then is at each target. */
export function imbalances(counted: readonly Counted[], source: string, feeds: readonly Feed[]): Imbalance[] {
  const ofSource = (it: Counted) => it.stage === 'translate' && it.unit === source && it.model === ''
  const found = between('', null, 'accounted', sumOf(counted, (it) => ofSource(it) && it.outcome === 'read'), sumOf(counted, (it) => ofSource(it) && isOutcome(it.outcome)))
  for (const { model, target } of feeds) {
    const at = (it: Counted) => it.stage === 'deliver' && it.unit === target && it.model === model
    const emitted = sumOf(counted, (it) => it.stage === 'translate' && it.unit === source && it.model === model && it.outcome === 'emitted'), read = sumOf(counted, (it) => at(it) && it.outcome === 'read')
    found.push(...between(target, model, 'arrived', emitted, read), ...between(target, model, 'accounted', read, sumOf(counted, (it) => at(it) && isOutcome(it.outcome))))
  }
  return found
}

function between(target: string, model: string | null, what: Imbalance['between'], should: Sum, is: Sum): Imbalance[] {
  const differs = differing(should, is)
  return differs.length === 0 ? [] : [{ target, model, between: what, should, is, differs }]
}

/** How many records it is about, as far as counts tell: other keys in equal numbers are at least one. */
export const recordsOf = ({ should, is }: Imbalance): number => Math.max(1, Math.abs(Number(should.count - is.count)))

export const valueOf = (sum: Sum, what: string): string =>
  (what === 'count' ? `${sum.count}` : what === 'keys' ? sum.hash.toString(16).padStart(16, '0') : textOfUnscaled(sum.totals.get(what) ?? 0n))
