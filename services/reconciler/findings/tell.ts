import { events } from '../../runtime/events.ts'
import { findingId, type Found } from './finding.ts'

/** Tells of what nobody has been told of yet: the answer of `writeFindings`, once its transaction is through. */
export function tell(news: readonly Found[]): void {
  for (const { kind, unit, about, place } of news) events.findingFound(unit, kind, findingId({ kind, unit, about }), place)
}
