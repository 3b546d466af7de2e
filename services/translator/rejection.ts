import { createHash } from 'node:crypto'
import { saysOf } from '../../canonical/codes.ts'
import { Rejected, type Problem } from '../../canonical/rejected.ts'
import type { Rejection } from '../../canonical/models.generated.ts'
import { Refused } from '../../canonical/refused.ts'
import type { State } from '../../canonical/source.ts'
import { asItCame } from '../runtime/as-it-came.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'

/** The problems of a refused record; null when the error is no fault of the data. */
export function problemsOf(error: unknown): readonly Problem[] | null {
  if (error instanceof Rejected) return error.problems
  if (error instanceof Refused) return [{ field: '', from: [], code: error.code, expected: error.expected, got: error.got }]
  return null
}

/** Where a record first lay. */
export type Place = Pick<Chunk, 'topic' | 'topicId' | 'partition'>
export const rejectionId = ({ topic, partition }: Place, offset: number): string => `${topic}/${partition}/${offset}/TRANSLATE`

// A list with thousands of bad items says the same thousands of times, and the envelope has to fit its topic.
const mostProblems = 200

/** The record as it came, with every reason why it was refused. Invariant 10: original bytes, key and headers. */
export function rejectionOf(unit: string, mapping: string, place: Place, record: KafkaRecord, problems: readonly Problem[], traceparent: string | null, attempt: number, state: State | null): Rejection {
  const first = problems[0]!
  return {
    id: rejectionId(place, record.offset), stage: 'TRANSLATE', unit, code: first.code, says: saysOf(first),
    problems: problems.slice(0, mostProblems), group: groupOf(unit, problems), entity: state?.entity ?? null, version: state?.version ?? null, mapping, schemaId: null,
    traceparent, ...asItCame(place, record, attempt),
  }
}

/** Equal causes at one unit have equal groups: the same codes at the same paths, whichever line of a list they were found on. */
function groupOf(unit: string, problems: readonly Problem[]): string {
  const causes = new Set(problems.map(({ field, from, code }) => `${code} ${field} ${from.join(' ')}`.replace(/\[\d+\]/g, '[]')))
  return createHash('sha256').update([unit, ...[...causes].sort()].join('\n')).digest('hex').slice(0, 16)
}
