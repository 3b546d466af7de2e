import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { endsOf } from '../../runtime/kafka/ends-of.ts'
import { committedOffsets } from '../../runtime/kafka/offsets.ts'
import type { KafkaEvidence } from './evidence.ts'

/** Ends of these topics and what these groups have committed, as Kafka has them now. */
export async function kafkaEvidence(cluster: Cluster, topics: readonly string[], groups: readonly string[]): Promise<KafkaEvidence> {
  const ends = endsOf(cluster, topics, 'lastStable', 2_000)
  const committed = Promise.all(groups.map(async (group) =>
    [group, new Map((await committedOffsets(cluster, group)).filter(({ offset }) => offset >= 0).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]))] as const))
  return { ends: await ends, committed: new Map(await committed) }
}
