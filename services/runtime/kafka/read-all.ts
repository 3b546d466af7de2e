import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { offsetOf } from './offsets.ts'
import { readSlice } from './read-slice.ts'

export interface PlacedRecord { readonly partition: number; readonly record: KafkaRecord }

/** The committed records of one partition, from its start (or `from`) to the end it had when asked. */
export async function* readPartition(cluster: Cluster, topic: string, partition: number, from?: number): AsyncGenerator<KafkaRecord[]> {
  const { id } = await cluster.mustKnow(topic)
  let position = from ?? await offsetOf(cluster, topic, partition, 'earliest')
  const end = await offsetOf(cluster, topic, partition, 'latest')
  while (position < end) {
    const { records, next } = await readSlice(cluster, { topic, id, partition, from: position })
    position = next
    if (records.length > 0) yield records
  }
}

/** All committed records of a topic, partition by partition. For tests and small topics: everything is held in memory. */
export async function readAll(cluster: Cluster, topic: string): Promise<PlacedRecord[]> {
  const { leaders } = await cluster.mustKnow(topic)
  const all: PlacedRecord[] = []
  for (let partition = 0; partition < leaders.length; partition++) {
    for await (const records of readPartition(cluster, topic, partition)) for (const record of records) all.push({ partition, record })
  }
  return all
}
