import { findingId } from '../findings/finding.ts'
import type { Imbalance } from './block-balance.ts'
import { causeOf, markOfDifference } from './difference.ts'
import type { BlockKey } from './snapshot.ts'

/** A difference of a block that a person has accepted. `records`: so many more should be there than are. */
export interface Accepted { readonly target: string; readonly model: string; readonly records: number }
interface Group { readonly id: string; readonly these: readonly Imbalance[] }

/** The findings that the differences of a block would be, by their identities. */
export const groupsOf = (it: BlockKey, source: string, found: readonly Imbalance[]): Group[] =>
  [...Map.groupBy(found, ({ target, model }) => findingId(causeOf(it, source, target, model)))].map(([id, these]) => ({ id, these }))

/** What is left when exactly the differences are taken out that people have accepted. `marks`: theirs, by the identity of the finding. One that differs in another way is open. */
export function withoutAccepted(groups: readonly Group[], marks: ReadonlyMap<string, string>): { readonly open: Imbalance[]; readonly accepted: Accepted[] } {
  const open: Imbalance[] = [], accepted: Accepted[] = []
  for (const { id, these } of groups) {
    if (marks.get(id) !== markOfDifference(these)) { open.push(...these); continue }
    const { target, model } = these[0]!
    accepted.push({ target, model: model ?? '', records: Number(these.reduce((sum, { should, is }) => sum + should.count - is.count, 0n)) })
  }
  return { open, accepted }
}
