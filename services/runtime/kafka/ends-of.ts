import type { Cluster } from './cluster.ts'
import { type OffsetOf, offsetOf } from './offsets.ts'

/** One offset of every partition of these topics, as Kafka has it now; topics that do not exist are left out. */
export async function endsOf(cluster: Cluster, topics: readonly string[], which: OffsetOf, deadlineMs?: number): Promise<Map<string, readonly number[]>> {
  const metadata = await cluster.ask(topics)
  await cluster.know(metadata.topics.keys())
  return new Map(await Promise.all([...metadata.topics].map(async ([topic, { leaders }]) =>
    [topic, await Promise.all(leaders.map((_, partition) => offsetOf(cluster, topic, partition, which, deadlineMs)))] as const)))
}
