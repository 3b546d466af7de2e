import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { codes, KafkaError } from '../../runtime/kafka/errors.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { readPartition } from '../../runtime/kafka/read-all.ts'
import type { MadeToday, Today } from './made-today.ts'
import type { Part } from './parts.ts'

export interface Looked { readonly partition: number; readonly offset: number; readonly today: Today }
/** Some source records, what today's mapping makes of them, and where to go on. */
export interface Slice { readonly before: readonly Part[]; readonly after: readonly Part[]; readonly records: readonly Looked[]; /** Times of the oldest and the newest, in milliseconds. */ readonly oldest: number; readonly newest: number }

/** The next records of all partitions alike, so that they are of one time and what was made of them lies together. */
export async function nextSlice(cluster: Cluster, topic: string, parts: readonly Part[], made: MadeToday, atOnce: number): Promise<Slice> {
  const { id } = await cluster.mustKnow(topic), open = parts.filter(({ next, to }) => next < to), each = Math.ceil(atOnce / open.length)
  const records: Looked[] = [], after: Part[] = []
  let oldest = Infinity, newest = -Infinity
  for (const part of parts) {
    if (!open.includes(part)) { after.push(part); continue }
    if (part.topicId !== id) throw new KafkaError(codes.UNKNOWN_TOPIC_ID, 'Fetch', `${topic} was made anew`)
    const { partition, to } = part, from = Math.max(part.next, await offsetOf(cluster, topic, partition, 'earliest'))
    let next = to, count = 0
    reading: for await (const fetched of from < to ? readPartition(cluster, topic, partition, from) : []) {
      for (const { offset, timestamp, value } of fetched) {
        if (offset >= to) break reading
        if (count++ === each) { next = offset; break reading }
        records.push({ partition, offset, today: made.states(value) })
        oldest = Math.min(oldest, timestamp)
        newest = Math.max(newest, timestamp)
      }
    }
    after.push({ ...part, next })
  }
  return { before: parts, after, records, oldest, newest }
}
