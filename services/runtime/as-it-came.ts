import { createHash } from 'node:crypto'
import { kafkaTime } from '../../canonical/micros.ts'
import type { Chunk, KafkaRecord } from './kafka/chunk.ts'
import type { TopicIds } from './known-as.ts'

/** Where a record first lay. */
export type Place = Pick<Chunk, 'topic' | 'topicId' | 'partition'> & Pick<TopicIds, 'was'>

/** What every rejection keeps of a record, whoever refused it. Invariant 10: its place, and the original bytes, key and headers. */
export const asItCame = ({ topic, topicId, partition }: Place, record: KafkaRecord, attempt: number) => ({
  originTopic: topic, originTopicId: topicId, originPartition: partition, originOffset: record.offset, originTime: kafkaTime(record.timestamp),
  at: kafkaTime(Date.now()), attempt, key: record.key, value: record.value, headers: record.headers,
})

/** Equal causes at one unit have equal groups, whichever line of a list they were found on. */
export function causeGroup(unit: string, causes: readonly string[]): string {
  const distinct = new Set(causes.map((it) => it.replace(/\[\d+\]/g, '[]')))
  return createHash('sha256').update([unit, ...[...distinct].sort()].join('\n')).digest('hex').slice(0, 16)
}
