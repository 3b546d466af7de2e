import { checked, whatIsMissing, wrongDuration } from './card.ts'
import type { Duration } from './duration.ts'

/** A table that cross-references look their keys up in, fed by somebody else from a compacted topic. */
export interface TableCard {
  readonly name: string
  /** What it holds, in one sentence. */
  readonly says: string
  readonly topic: string
  /** What its keys are, in one sentence. The whole key of a record, as text, is what a field is compared with; a record without a value takes its key away. */
  readonly key: string
  /** How long the table may go unread before nobody is judged by it any more: the source then waits. */
  readonly stale: Duration
  /** Team that feeds it. */
  readonly owner: string
  readonly onCall: string
}

/** A table's card, checked when it is loaded. */
export const tableCard = (card: TableCard): TableCard =>
  checked('table', card, [...whatIsMissing(card, ['name', 'says', 'topic', 'key', 'owner', 'onCall']), ...wrongDuration('stale', card.stale)])

/** What a rule looks keys up in. */
export interface Lookup {
  /** Whether the table holds the key; null where nobody has the table, so that there is nothing to say. */
  readonly has: (table: TableCard, key: string) => boolean | null
  /** A key is missed that may still come. Whoever wants to wait for it throws: the record is then tried again as a whole. */
  readonly awaited?: (table: TableCard, waits: Duration) => void
}
