import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import { redrivenOf, type Redriven } from '../runtime/redrive.ts'
import { rejectionId } from './rejection.ts'
import type { Input, Letter } from './targets/target.ts'

/** What a record of a redrive topic asks for: one record again or no more, or what waits behind one that is through. */
export type Order = { readonly record: KafkaRecord; readonly it: Redriven } | { readonly release: string }

const header = 'hub_release'

/** Null: the record says nothing that could be acted upon here. */
export function orderOf(record: KafkaRecord, of: Input, unit: string): Order | null {
  const released = record.headers.find(({ name }) => name === header)?.value?.toString()
  if (released !== undefined) return released === placeOf(of) && record.key !== null ? { release: record.key.toString() } : null
  const it = redrivenOf(record)
  return it === null || it.topic !== of.topic || it.partition !== of.partition || it.rejection !== rejectionId(it, it.offset, unit) ? null : { record, it }
}

/** The sink's word to itself: posted in the transaction that closes a rejection, so that no kill comes between the two. */
export const release = (redriveTopic: string, of: Input, entity: string): Letter =>
  ({ topic: redriveTopic, partition: of.partition, key: Buffer.from(entity), value: Buffer.alloc(0), headers: { [header]: placeOf(of) } })
const placeOf = ({ topic, topicId, partition }: Input) => `${topic}/${partition}/${topicId}`
