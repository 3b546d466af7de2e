import { Producer } from '../../../services/runtime/kafka/producer.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { Orders } from './orders.ts'
import { seed } from './source-topic.ts'

export interface ManyTopics { readonly topics: readonly { readonly topic: string; readonly partitions: number }[]; readonly keys: number }

/** The same orders over many topics, all states of an order in one of them. */
export async function fillManyTopics(stack: BenchStack, records: number, wanted: { readonly topics: number; readonly partitions: number }, say: (doing: string) => void): Promise<ManyTopics> {
  const topics = Array.from({ length: wanted.topics }, (_, at) => ({
    topic: `bench.${wanted.topics}x${wanted.partitions}.${at}`,
    // As evenly as whole partitions go.
    partitions: Math.floor(wanted.partitions * (at + 1) / wanted.topics) - Math.floor(wanted.partitions * at / wanted.topics),
  }))
  await stack.admin.ensureTopics(topics)
  say(`filling ${wanted.topics} topics with ${wanted.partitions} partitions`)
  const orders = new Orders(seed), producer = new Producer(stack.kafka, { codec: 'none' })
  const share = Float64Array.from(topics, (_, at) => topics.slice(0, at + 1).reduce((sum, it) => sum + it.partitions, 0) / wanted.partitions)
  for (let sent = 0; sent < records;) {
    const batches = topics.map((): { key: string; value: string }[] => [])
    const upTo = Math.min(sent + 40_000, records)
    for (; sent < upTo; sent++) {
      const { key, value } = orders.next(), at = Number(key.slice(4)) / 2 ** 32
      batches[share.findIndex((it) => at < it)]!.push({ key, value })
    }
    for (const [at, batch] of batches.entries()) await producer.send(topics[at]!.topic, batch)
  }
  return { topics, keys: orders.keys }
}
