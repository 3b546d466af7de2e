import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { committedOffsets, offsetOf } from '../../runtime/kafka/offsets.ts'
import type { KafkaEvidence } from './evidence.ts'

/** Ends of these topics and what these groups have committed, as Kafka has them now. */
export async function kafkaEvidence(cluster: Cluster, topics: readonly string[], groups: readonly string[]): Promise<KafkaEvidence> {
  const metadata = await cluster.ask(topics)
  await cluster.know(metadata.topics.keys())
  const ends = Promise.all([...metadata.topics].map(async ([topic, { leaders }]) =>
    [topic, await Promise.all(leaders.map((_, partition) => offsetOf(cluster, topic, partition, 'lastStable', 2_000)))] as const))
  const committed = Promise.all(groups.map(async (group) =>
    [group, new Map((await committedOffsets(cluster, group)).filter(({ offset }) => offset >= 0).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))] as const))
  return { ends: new Map(await ends), committed: new Map(await committed) }
}
