import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { offsetOf } from './offsets.ts'
import { readPartition } from './read-all.ts'

/** Committed records of one partition by their offsets, which rise; one that is no longer there is left out. */
export async function recordsAt(cluster: Cluster, { topic, partition }: { readonly topic: string; readonly partition: number }, offsets: readonly number[]): Promise<Map<number, KafkaRecord>> {
  const found = new Map<number, KafkaRecord>(), wanted = new Set(offsets), earliest = await offsetOf(cluster, topic, partition, 'earliest')
  let read = earliest
  for (const offset of offsets) {
    if (offset < read) continue
    // What one answer holds beyond it may be wanted as well.
    for await (const records of readPartition(cluster, topic, partition, offset)) {
      for (const record of records) if (wanted.has(record.offset)) found.set(record.offset, record)
      read = records.at(-1)!.offset + 1
      break
    }
  }
  return found
}
