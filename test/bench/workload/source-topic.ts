import { Producer } from '../../../services/runtime/kafka/producer.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { Orders } from './orders.ts'

/** What lies in a topic, as the rivals' driver wants to know it too. */
export interface Facts { readonly topic: string; readonly mode: 'json'; readonly seed: number; readonly n: number; readonly keys: number; readonly final_version_sum: number; readonly avg_bytes: number }

export const partitions = 8
export const seed = 1
/** As the rivals' driver calls it: everybody reads this one. */
export const sourceTopicOf = (records: number) => `peer.src.json.${records}`
// About 128 KiB for each partition, as a Java producer under load makes them.
const slice = 1_500

/** Makes the topic that all contestants read, once. */
export async function fillSourceTopic(stack: BenchStack, records: number, say: (doing: string) => void, topic = sourceTopicOf(records), spread = partitions): Promise<Facts> {
  const orders = new Orders(seed), producer = new Producer(stack.kafka, { codec: 'none' })
  await stack.admin.ensureTopics([{ topic, partitions: spread, config: { 'retention.ms': '-1' } }])
  let bytes = 0, versions = 0
  for (let sent = 0; sent < records;) {
    const batch = Array.from({ length: Math.min(slice, records - sent) }, () => {
      const { key, value } = orders.next()
      bytes += value.length
      versions++
      return { key, value }
    })
    await producer.send(topic, batch)
    sent += batch.length
    if (sent % (slice * 40) === 0) say(`filling ${topic}: ${sent} of ${records}`)
  }
  return { topic, mode: 'json', seed, n: records, keys: orders.keys, final_version_sum: versions, avg_bytes: Math.round(bytes / records) }
}
