import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { readSlice } from './read-slice.ts'

/** The committed records of one partition from one offset up to another. */
export async function readRange(cluster: Cluster, topic: string, partition: number, from: number, next: number): Promise<KafkaRecord[]> {
  const { id } = await cluster.mustKnow(topic), all: KafkaRecord[] = []
  for (let at = from; at < next;) {
    const slice = await readSlice(cluster, { topic, id, partition, from: at })
    all.push(...slice.records.filter(({ offset }) => offset >= from && offset < next))
    // A transaction is open there: nothing behind it is committed yet.
    if (slice.next === at) break
    at = slice.next
  }
  return all
}
