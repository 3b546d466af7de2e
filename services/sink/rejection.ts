import type { Rejection } from '../../canonical/models.generated.ts'
import type { Problem } from '../../canonical/rejected.ts'
import { asItCame, causeGroup, type Place } from '../runtime/as-it-came.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'

export interface Reason { readonly code: string; readonly says: string; readonly problems: readonly Problem[]; readonly entity: string | null; readonly version: number | null }

export const rejectionId = ({ topic, partition }: Place, offset: number, target: string): string => `${topic}/${partition}/${offset}/DELIVER/${target}`

/** Invariant 10: the record as it lay in the canonical topic, with the reasons why the target does not have it. */
export function rejectionOf(target: string, mapping: string, place: Place, record: KafkaRecord, reason: Reason, attempt: number): Rejection {
  return {
    id: rejectionId(place, record.offset, target), stage: 'DELIVER', unit: target, code: reason.code, says: reason.says, problems: reason.problems,
    group: causeGroup(target, reason.problems.map(({ field, code }) => `${code} ${field}`)), entity: reason.entity, version: reason.version, mapping,
    schemaId: record.value !== null && record.value.length >= 5 && record.value[0] === 0 ? record.value.readInt32BE(1) : null,
    traceparent: record.headers.find(({ name }) => name === 'traceparent')?.value?.toString('utf8') ?? null, ...asItCame(place, record, attempt),
  }
}
