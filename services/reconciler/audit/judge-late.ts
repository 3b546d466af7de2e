import type { Counts } from '../../runtime/audit-counts.ts'
import { type Difference, isEarlier, isExact, type Origin, same, type Seen } from './judge.ts'

/** What is known of a canonical record whose source record is through already. */
export interface LateFacts {
  /** The source record, with what it gives under the record's revision; `gone`: deleted since; `none`: there is no record at that offset. */
  readonly origin: Origin | 'gone' | 'none'
  /** Where a record of the same origin, model, entity and revision lies, which came out of order too. */
  readonly known: { readonly lane: string; readonly at: number } | null
  /** It was missed, and a finding says so. */
  readonly missed: boolean
}
export interface LateJudged { readonly difference: Difference | null; /** To be known again. */ readonly remember: boolean; /** What was missing or altered is there now. */ readonly mends: boolean }
const nothing: LateJudged = { difference: null, remember: false, mends: false }

/** Redriven and re-published records come when their source record is long through; so does what somebody else has written. */
export function judgeLate(seen: Seen, { origin, known, missed }: LateFacts, counts: Counts): LateJudged {
  const { offset, model, entity, revision } = seen
  const differs = (kind: Difference['kind'], wanted = null as Difference['wanted']): LateJudged => ({ difference: { kind, offset, model, entity, revision, seen, wanted }, remember: false, mends: false })
  if (known !== null && known.lane === seen.lane && known.at === seen.at) return nothing
  if (origin === 'gone') { counts.gone++; return nothing }
  if (origin === 'none') return differs('topic.orphan')
  counts.late++
  const wanted = origin.wanted.find((it) => same(seen, it))
  if (wanted === undefined) {
    // An earlier mapping may have given it; what was refused may have been redriven through one.
    if (origin.rejected || !origin.today) { counts.earlier++; return nothing }
    return differs('topic.orphan')
  }
  if (known !== null) return differs('topic.doubled', wanted)
  if (revision === 0 && !origin.rejected) return missed ? { ...differs('topic.reordered', wanted), remember: true, mends: true } : differs('topic.doubled', wanted)
  if (isExact(seen, wanted)) { counts.matched++; return { difference: null, remember: true, mends: revision > 0 } }
  if (seen.mapping !== wanted.mapping || isEarlier(origin, wanted, seen)) { counts.earlier++; return { difference: null, remember: true, mends: revision > 0 } }
  return { ...differs('topic.altered', wanted), remember: true }
}
