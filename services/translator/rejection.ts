import { saysOf } from '../../canonical/codes.ts'
import { Rejected, type Problem } from '../../canonical/rejected.ts'
import type { Rejection } from '../../canonical/models.generated.ts'
import { Refused } from '../../canonical/refused.ts'
import type { State } from '../../canonical/source.ts'
import { asItCame, causeGroup, type Place } from '../runtime/as-it-came.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'

/** The problems of a refused record; null when the error is no fault of the data. */
export function problemsOf(error: unknown): readonly Problem[] | null {
  if (error instanceof Rejected) return error.problems
  if (error instanceof Refused) return [{ field: '', from: [], code: error.code, expected: error.expected, got: error.got }]
  return null
}

/** Why a record is kept. */
export interface Why { readonly code: string; readonly says: string; readonly problems: readonly Problem[] }
export const asReason = (problems: readonly Problem[]): Why => ({ code: problems[0]!.code, says: saysOf(problems[0]!), problems })

export const rejectionId = ({ topic, partition }: Place, offset: number): string => `${topic}/${partition}/${offset}/TRANSLATE`

// A list with thousands of bad items says the same thousands of times, and the envelope has to fit its topic.
const mostProblems = 200

/** The record as it came, with every reason why it was refused. Invariant 10: original bytes, key and headers. */
export function rejectionOf(unit: string, mapping: string, place: Place, record: KafkaRecord, { code, says, problems }: Why, traceparent: string | null, attempt: number, state: State | null): Rejection {
  return {
    id: rejectionId(place, record.offset), stage: 'TRANSLATE', unit, code, says,
    problems: problems.slice(0, mostProblems), group: causeGroup(unit, problems.map(({ field, from, code }) => `${code} ${field} ${from.join(' ')}`)), entity: state?.entity ?? null, version: state?.version ?? null, mapping, schemaId: null,
    traceparent, ...asItCame(place, record, attempt),
  }
}
