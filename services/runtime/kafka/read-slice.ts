import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { check, codes, ConnectionLost, hasCode, KafkaError, leaderMoved } from './errors.ts'
import { endOf, fetchRequest, readFetch } from './fetch.ts'
import { RecordSet } from './record-set.ts'

/** Committed records from one offset on, and the position behind them; the same position where a transaction is still open there, or nothing follows. */
export interface Slice { readonly records: KafkaRecord[]; readonly next: number }
export interface SlicePlace { readonly topic: string; readonly id: string; readonly partition: number; readonly from: number; readonly maxBytes?: number; readonly maxWaitMs?: number }
const everything = { maxRecords: Infinity, maxBytes: Infinity }

/** One fetch, as committed: of aborted transactions nothing is seen. Waits for a leader where there is none; a topic that was made anew is an error. */
export async function readSlice(cluster: Cluster, { topic, id, partition, from, maxBytes = 1 << 20, maxWaitMs = 100 }: SlicePlace): Promise<Slice> {
  for (;;) {
    try {
      const part = { topicId: id, partition, offset: from, maxBytes }
      const [got] = readFetch(await cluster.send(cluster.leader(topic, partition), fetchRequest([part], { maxWaitMs }), 'long'))
      if (got === undefined) throw new Error(`the broker left ${topic}/${partition} out of its answer`)
      check(got.code, 'Fetch', `${topic}/${partition} at ${from}`)
      const records: KafkaRecord[] = []
      new RecordSet(got.records, from, got.aborted).take(records, everything)
      return { records, next: endOf(got.records, from) }
    } catch (error) {
      if (!(error instanceof ConnectionLost || hasCode(error, leaderMoved) || hasCode(error, new Set([codes.UNKNOWN_TOPIC_ID])))) throw error
      await sleep(50)
      await cluster.refresh()
      // Offsets of a topic that was made anew mean other records.
      if ((await cluster.mustKnow(topic)).id !== id) throw new KafkaError(codes.UNKNOWN_TOPIC_ID, 'Fetch', `${topic} was made anew`)
    }
  }
}
