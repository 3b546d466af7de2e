import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import { redrivenOf, type Redriven } from '../runtime/redrive.ts'
import { releasedOf, releaseHeaders } from '../runtime/release.ts'
import { rejectionId } from './rejection.ts'
import type { Input, Letter } from './targets/target.ts'

/** What a record of a redrive topic asks for: one record again or no more, or what waits behind one that is through. */
export type Order = { readonly record: KafkaRecord; readonly it: Redriven } | { readonly release: string }

/** Null: the record says nothing that could be acted upon here. */
export function orderOf(record: KafkaRecord, of: Input, unit: string): Order | null {
  const entity = releasedOf(record, of)
  if (entity !== undefined) return entity === null ? null : { release: entity }
  const it = redrivenOf(record)
  return it === null || it.topic !== of.topic || it.partition !== of.partition || it.rejection !== rejectionId(it, it.offset, unit) ? null : { record, it }
}

/** Posted in the transaction that closes a rejection. */
export const release = (redriveTopic: string, of: Input, entity: string): Letter =>
  ({ topic: redriveTopic, partition: of.partition, key: Buffer.from(entity), value: Buffer.alloc(0), headers: releaseHeaders(of) })
