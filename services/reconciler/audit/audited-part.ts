import type { SourceUnit } from '../../translator/sources/source-unit.ts'
import type { Expectation } from './expectation.ts'
import type { PartitionMatch } from './partition-match.ts'

/** One partition of a source topic under audit. */
export interface AuditedPart {
  readonly unit: string
  readonly source: SourceUnit['source']
  readonly topic: string; readonly topicId: string; readonly partition: number
  readonly expectation: Expectation
  readonly match: PartitionMatch
  /** Next offset to read. */
  read: number
  /** What may be read: translated, committed, and known to the books. */
  limit: number
  /** Where the topic ends, and where it begins by now. */
  end: number
  earliest: number
  /** Wanted limit, and how far the books have to have read the rejections for it. */
  wish: { readonly limit: number; readonly rejections: number } | null
}
/** What a person may narrow an audit down to. */
export interface AuditRange { readonly source: string; readonly partition: number | null; readonly from: number; readonly to: number }
