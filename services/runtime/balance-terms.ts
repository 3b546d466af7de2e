import { unscaled } from '../../canonical/decimal.ts'

/** What was done with records, as the books count it, added up. */
export interface Counted { readonly stage: string; readonly unit: string; readonly model: string; readonly outcome: string; readonly count: bigint; readonly hashSum: bigint; readonly totals: Readonly<Record<string, string>> }
/** A set of records as the balance knows it: how many, the sum of their keys' hashes modulo 2^64, and control totals × 10^9. */
export interface Sum { readonly count: bigint; readonly hash: bigint; readonly totals: ReadonlyMap<string, bigint> }

/** What can become of a source record. Whatever else is counted without a model is an outcome too, so that a new one is never left out. */
export const sourceOutcomes = ['mapped', 'filtered', 'rejected', 'parked', 'superseded', 'discarded'] as const
/** What can become of a canonical record at a target. */
export const targetOutcomes = ['applied', 'superseded', 'stale', 'duplicate', 'filtered', 'rejected', 'parked', 'discarded'] as const
/** Counted beside the outcomes, of records that have one already. */
const beside = new Set(['read', 'emitted', 'skipped', 'warned'])
export const isOutcome = (outcome: string): boolean => !beside.has(outcome)

export function sumOf(counted: readonly Counted[], which: (it: Counted) => boolean): Sum {
  let count = 0n, hash = 0n
  const totals = new Map<string, bigint>()
  for (const it of counted) {
    if (!which(it)) continue
    count += it.count
    hash = BigInt.asUintN(64, hash + it.hashSum)
    for (const [name, total] of Object.entries(it.totals)) totals.set(name, (totals.get(name) ?? 0n) + BigInt(unscaled(total)))
  }
  return { count, hash, totals }
}

/** What tells two sums apart: `count`, `keys`, or the name of a control total. Equal counts and hashes are equal sets. */
export function differing(a: Sum, b: Sum): string[] {
  // A total that one side does not know at all was declared after the other side had counted.
  const known = (it: Sum) => new Set([...it.totals.keys()].map(kindOf)), inA = known(a), inB = known(b)
  const names = [...new Set([...a.totals.keys(), ...b.totals.keys()])].filter((name) => inA.has(kindOf(name)) && inB.has(kindOf(name)))
  return [
    ...(a.count === b.count ? [] : ['count']), ...(a.hash === b.hash ? [] : ['keys']),
    ...names.filter((name) => (a.totals.get(name) ?? 0n) !== (b.totals.get(name) ?? 0n)).sort(),
  ]
}
/** `total` of `total EUR`. */
const kindOf = (name: string) => name.split(' ', 1)[0]!
