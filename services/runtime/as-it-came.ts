import { kafkaTime } from '../../canonical/micros.ts'
import type { Chunk, KafkaRecord } from './kafka/chunk.ts'

/** What every rejection keeps of a record, whoever refused it. Invariant 10: its place, and the original bytes, key and headers. */
export const asItCame = (chunk: Chunk, record: KafkaRecord) => ({
  originTopic: chunk.topic, originTopicId: chunk.topicId, originPartition: chunk.partition, originOffset: record.offset, originTime: kafkaTime(record.timestamp),
  at: kafkaTime(Date.now()), attempt: 1, key: record.key, value: record.value, headers: record.headers,
})
