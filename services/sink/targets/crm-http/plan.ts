import { compareStates, duplicate, reduce, stale, type Group } from '../state-order.ts'
import type { Delivery, Verdict } from '../target.ts'
import { verdictOf, type Claim } from './claims.ts'

/** What is to be sent for one entity, in this order; `winner` is the record that the last of it is made of, and `others` what its acceptance means for the rest. */
export interface Work { readonly group: Group; readonly claims: readonly Claim[]; readonly fresh: boolean; readonly winner: number | null; readonly others: readonly (Verdict | undefined)[] }
export type Verdicts = (Verdict | undefined)[]

/**
 * Decides for one entity what to send next; null: everything about it is decided.
 * Open claims come first and alone: what they turn out to be decides about the rest.
 */
export function plan(group: Group, deliveries: readonly Delivery[], verdicts: Verdicts, held: Delivery['meta'] | undefined, claims: readonly Claim[], compare: typeof compareStates, claim: (delivery: Delivery) => Claim): Work | null {
  const open = claims.filter((it) => it.answer === null)
  if (open.length > 0) return { group, claims: open, fresh: false, winner: null, others: [] }
  for (const at of group) {
    const { effectKey } = deliveries[at]!.meta
    const answered = claims.find((it) => it.meta.effectKey === effectKey)
    if (verdicts[at] !== undefined || !answered) continue
    verdicts[at] = group.some((other) => other < at && deliveries[other]!.meta.effectKey === effectKey) ? duplicate : verdictOf(answered.answer!)
  }
  const left = group.filter((at) => verdicts[at] === undefined)
  if (left.length === 0) return null
  const others: Verdicts = []
  const winner = reduce(left, deliveries, others), { meta } = deliveries[winner]!
  const lost = verdictOver(meta, held, claims, compare)
  if (lost === null) return { group, claims: [claim(deliveries[winner]!)], fresh: true, winner, others }
  verdicts[winner] = lost
  for (const at of left) verdicts[at] ??= others[at]
  return null
}

/** What a state loses to of what the API has taken of its entity; null: it is the newest. */
export function verdictOver(meta: Delivery['meta'], held: Delivery['meta'] | undefined, claims: readonly Claim[], compare: typeof compareStates): Verdict | null {
  const standing = [...(held ? [held] : []), ...claims.filter((it) => it.answer?.outcome === 'applied').map((it) => it.meta)].map((it) => compare(meta, it))
  const worst = standing.find((it) => it === 'same') ?? standing.find((it) => it !== 'newer')
  return worst === undefined ? null : worst === 'same' ? duplicate : stale(worst === 'conflict')
}
