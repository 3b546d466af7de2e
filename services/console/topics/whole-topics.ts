import type { Topics } from '../api/topics.schema.ts'
import { offsetOf, type OffsetOf } from '../../runtime/kafka/offsets.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Names } from '../../runtime/names.ts'
import { asked, notGiven } from '../asked.ts'
import type { Declared } from '../../../canonical/declared-route.ts'
import { retentionOf, topicUses } from './topic-users.ts'

interface Amount { partitions: number; first: number; end: number }

/** Every topic that the hub declares, and what Kafka has of it. */
export function wholeTopics({ names, declared, kafka }: { names: Names; declared: Declared; kafka: Cluster | null }): () => Promise<Topics> {
  const uses = topicUses(declared, names)
  return async () => {
    const { found, lack } = kafka === null ? notGiven('kafka.not_given', 'HUB_KAFKA_BROKERS') : await asked('kafka.unreachable', () => amounts(kafka, uses.map(({ topic }) => topic)))
    const topics = uses.map(({ topic, says, config, writers, readers }) => {
      const amount = found?.get(topic)
      return {
        topic, says, exists: found === null ? null : amount !== undefined, partitions: amount?.partitions ?? null, first: amount?.first ?? null, end: amount?.end ?? null,
        retention: retentionOf(config), writers: [...writers], readers: [...readers],
      }
    })
    return { at: new Date().toISOString(), topics, lacks: lack === null ? [] : [lack] }
  }
}

async function amounts(cluster: Cluster, topics: readonly string[]): Promise<Map<string, Amount>> {
  const { topics: there } = await cluster.ask(topics)
  await cluster.know(there.keys())
  return new Map(await Promise.all([...there].map(async ([topic, { leaders }]) => {
    const total = async (which: OffsetOf) => (await Promise.all(leaders.map((_, partition) => offsetOf(cluster, topic, partition, which, 2_000)))).reduce((sum, offset) => sum + offset, 0)
    const [first, end] = await Promise.all([total('earliest'), total('latest')])
    return [topic, { partitions: leaders.length, first, end }] as const
  })))
}
