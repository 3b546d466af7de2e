import type { Cluster } from './cluster.ts'
import { type OffsetOf, offsetsOf } from './offsets.ts'

/** One offset of every partition of these topics, as Kafka has it now; topics that do not exist are left out. */
export async function endsOf(cluster: Cluster, topics: readonly string[], which: OffsetOf, deadlineMs?: number): Promise<Map<string, readonly number[]>> {
  const metadata = await cluster.ask(topics)
  await cluster.know(metadata.topics.keys())
  const places = [...metadata.topics].flatMap(([topic, { leaders }]) => leaders.map((_, partition) => ({ topic, partition })))
  const offsets = await offsetsOf(cluster, places, which, deadlineMs), ends = new Map([...metadata.topics.keys()].map((topic) => [topic, [] as number[]]))
  for (const [at, { topic }] of places.entries()) ends.get(topic)!.push(offsets[at]!)
  return ends
}
