import { readPartition } from '../../../services/runtime/kafka/read-all.ts'
import type { KafkaRecord } from '../../../services/runtime/kafka/chunk.ts'
import type { BenchStack } from '../stack/bench-stack.ts'

/** Versions of an order are 1, 2, 3, …: whatever was lost, doubled or reordered shows. */
export async function checkTopic(stack: BenchStack, topic: string, expected: { records: number; keys: number }, versionOf: (record: KafkaRecord) => number): Promise<void> {
  const { leaders } = await stack.kafka.control.mustKnow(topic)
  let records = 0, keys = 0, wrong = 0
  for (let partition = 0; partition < leaders.length; partition++) {
    const seen = new Map<string, number>()
    for await (const read of readPartition(stack.kafka.control, topic, partition)) for (const record of read) {
      const key = record.key!.toString('latin1'), version = versionOf(record)
      if (version !== (seen.get(key) ?? 0) + 1) wrong++
      seen.set(key, version)
      records++
    }
    keys += seen.size
  }
  if (records !== expected.records || keys !== expected.keys || wrong > 0) {
    throw new Error(`${topic} holds ${records} records of ${keys} orders, ${wrong} out of order; expected were ${expected.records} of ${expected.keys}`)
  }
}
