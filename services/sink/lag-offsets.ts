import { commitOffsets } from '../runtime/kafka/commit-offsets.ts'
import type { Cluster } from '../runtime/kafka/cluster.ts'
import type { GroupMember } from '../runtime/kafka/group.ts'

const everyMs = 1_000

/** Tells Kafka once a second how far the target is, for lag tools only: nobody reads it back. */
export class LagOffsets {
  readonly #cluster: Cluster
  readonly #moved = new Map<string, { topic: string; partition: number; offset: number }>()
  #group: GroupMember | null = null
  readonly #timer = setInterval(() => { void this.#commit() }, everyMs).unref()
  constructor(cluster: Cluster) { this.#cluster = cluster }

  moved(group: GroupMember, topic: string, partition: number, offset: number): void {
    this.#group = group
    this.#moved.set(`${topic}/${partition}`, { topic, partition, offset })
  }
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#commit()
  }

  async #commit(): Promise<void> {
    const offsets = [...this.#moved.values()]
    if (this.#group === null || offsets.length === 0) return
    this.#moved.clear()
    // What is refused, as in a rebalance, is told with the next chunk.
    await commitOffsets(this.#cluster, this.#group.groupId, this.#group.identity, offsets).catch(() => {})
  }
}
