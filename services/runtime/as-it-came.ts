import { kafkaTime } from '../../canonical/micros.ts'
import type { Chunk, KafkaRecord } from './kafka/chunk.ts'

/** What every rejection keeps of a record, whoever refused it. Invariant 10: its place, and the original bytes, key and headers. */
export const asItCame = ({ topic, topicId, partition }: Pick<Chunk, 'topic' | 'topicId' | 'partition'>, record: KafkaRecord, attempt: number) => ({
  originTopic: topic, originTopicId: topicId, originPartition: partition, originOffset: record.offset, originTime: kafkaTime(record.timestamp),
  at: kafkaTime(Date.now()), attempt, key: record.key, value: record.value, headers: record.headers,
})
