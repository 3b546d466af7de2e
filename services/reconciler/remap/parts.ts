import { committedOffsets, offsetOf } from '../../runtime/kafka/offsets.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Names } from '../../runtime/names.ts'

/** A piece of one partition of a source: from the next offset to look at up to its end. */
export interface Part { readonly partition: number; readonly topicId: string; readonly next: number; readonly to: number }
export interface Times { readonly from: Date | null; readonly to: Date | null }

/** What lies between two times and is translated: what still waits will meet today's mapping anyway. */
export async function partsOf(cluster: Cluster, names: Names, source: string, topic: string, times: Times): Promise<Part[]> {
  const { id, leaders } = await cluster.mustKnow(topic)
  const positions = new Map((await committedOffsets(cluster, names.translatorGroup(source))).filter((it) => it.topic === topic).map((it) => [it.partition, it.offset]))
  return Promise.all(leaders.map(async (_, partition): Promise<Part> => {
    const at = async (time: Date | null, otherwise: number) => {
      const found = time === null ? otherwise : await offsetOf(cluster, topic, partition, time.getTime())
      return found < 0 ? Infinity : found
    }
    const earliest = await offsetOf(cluster, topic, partition, 'earliest'), translated = Math.max(earliest, positions.get(partition) ?? 0)
    const next = Math.min(translated, await at(times.from, earliest)), to = Math.min(translated, await at(times.to, translated))
    return { partition, topicId: id, next, to: Math.max(next, to) }
  }))
}

export const lengthOf = (parts: readonly Part[]): number => parts.reduce((sum, { next, to }) => sum + to - next, 0)
