import { kafkaTime } from '../../../canonical/micros.ts'
import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { check, codes } from './errors.ts'
import { endOf, fetchRequest, readFetch } from './fetch.ts'
import { RecordSet } from './record-set.ts'

/** One batch, whatever its size. */
const enough = 4_096

/** The earliest time in the first batch of committed records from this offset on, in milliseconds; null: there is none before `end`; 0: they are gone, and nobody can say. */
export async function timeAt(cluster: Cluster, topic: string, partition: number, offset: number, end: number): Promise<number | null> {
  const { id } = await cluster.mustKnow(topic)
  for (let at = offset; at < end;) {
    const [got] = readFetch(await cluster.send(cluster.leader(topic, partition), fetchRequest([{ topicId: id, partition, offset: at, maxBytes: enough }], { maxWaitMs: 100, maxBytes: enough }), 'long'))
    if (got === undefined) throw new Error(`the broker left ${topic}/${partition} out of its answer`)
    if (got.code === codes.OFFSET_OUT_OF_RANGE) return 0
    check(got.code, 'Fetch', `${topic}/${partition} at ${at}`)
    const records: KafkaRecord[] = [], next = endOf(got.records, at)
    new RecordSet(got.records, at, got.aborted).take(records, { maxRecords: Infinity, maxBytes: Infinity })
    if (records.length > 0) return Math.floor(kafkaTime(records.reduce((earliest, { timestamp }) => Math.min(earliest, timestamp), Infinity)) / 1_000)
    if (next <= at) throw new Error(`the broker has answered nothing for ${topic}/${partition} at ${at}, before its end ${end}`)
    at = next
  }
  return null
}
