import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { check, codes, ConnectionLost, hasCode, KafkaError, leaderMoved } from './errors.ts'
import { endOf, fetchRequest, readFetch } from './fetch.ts'
import { offsetOf } from './offsets.ts'
import { RecordSet } from './record-set.ts'
import { setTimeout as sleep } from 'node:timers/promises'

export interface PlacedRecord { readonly partition: number; readonly record: KafkaRecord }
const everything = { maxRecords: Infinity, maxBytes: Infinity }

/** The committed records of one partition, from its start (or `from`) to the end it had when asked. */
export async function* readPartition(cluster: Cluster, topic: string, partition: number, from?: number): AsyncGenerator<KafkaRecord[]> {
  const { id } = await cluster.mustKnow(topic)
  let position = from ?? await offsetOf(cluster, topic, partition, 'earliest')
  const end = await offsetOf(cluster, topic, partition, 'latest')
  while (position < end) {
    try {
      const part = { topicId: id, partition, offset: position, maxBytes: 1 << 20 }
      const [got] = readFetch(await cluster.send(cluster.leader(topic, partition), fetchRequest([part], { maxWaitMs: 100 }), 'long'))
      if (got === undefined) throw new Error(`the broker left ${topic}/${partition} out of its answer`)
      check(got.code, 'Fetch', `${topic}/${partition} at ${position}`)
      const records: KafkaRecord[] = []
      new RecordSet(got.records, position, got.aborted).take(records, everything)
      position = endOf(got.records, position)
      if (records.length > 0) yield records
    } catch (error) {
      if (!(error instanceof ConnectionLost || hasCode(error, leaderMoved) || hasCode(error, new Set([codes.UNKNOWN_TOPIC_ID])))) throw error
      await sleep(50)
      await cluster.refresh()
      // Offsets of a topic that was made anew mean other records.
      if ((await cluster.mustKnow(topic)).id !== id) throw new KafkaError(codes.UNKNOWN_TOPIC_ID, 'Fetch', `${topic} was made anew`)
    }
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
