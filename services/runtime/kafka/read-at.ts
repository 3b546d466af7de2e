import type { KafkaRecord } from './chunk.ts'
import type { Cluster } from './cluster.ts'
import { check } from './errors.ts'
import { endOf, fetchRequest, readFetch } from './fetch.ts'
import { offsetOf } from './offsets.ts'
import { RecordSet } from './record-set.ts'

const everything = { maxRecords: Infinity, maxBytes: Infinity }

/** The records at these offsets of one partition, by offset; what the broker does not hold any more is left out. Skips what lies between. */
export async function readAt(cluster: Cluster, topic: string, partition: number, offsets: readonly number[]): Promise<Map<number, KafkaRecord>> {
  const found = new Map<number, KafkaRecord>(), { id } = await cluster.mustKnow(topic)
  const earliest = await offsetOf(cluster, topic, partition, 'earliest'), end = await offsetOf(cluster, topic, partition, 'latest')
  const wanted = offsets.filter((offset) => offset >= earliest && offset < end).toSorted((a, b) => a - b)
  for (let at = 0; at < wanted.length;) {
    const offset = wanted[at]!
    const [got] = readFetch(await cluster.send(cluster.leader(topic, partition), fetchRequest([{ topicId: id, partition, offset, maxBytes: 1 << 20 }], { maxWaitMs: 100 }), 'long'))
    if (got === undefined) throw new Error(`the broker left ${topic}/${partition} out of its answer`)
    check(got.code, 'Fetch', `${topic}/${partition} at ${offset}`)
    const records: KafkaRecord[] = [], next = endOf(got.records, offset)
    new RecordSet(got.records, offset, got.aborted).take(records, everything)
    const byOffset = new Map(records.map((record) => [record.offset, record]))
    for (; at < wanted.length && wanted[at]! < Math.max(next, offset + 1); at++) { const record = byOffset.get(wanted[at]!); if (record) found.set(record.offset, record) }
  }
  return found
}
