import { setTimeout as sleep } from 'node:timers/promises'
import { milliseconds } from '../../canonical/duration.ts'
import type { TableCard } from '../../canonical/table-card.ts'
import { events } from '../runtime/events.ts'
import { Environment } from '../runtime/failure.ts'
import type { Cluster } from '../runtime/kafka/cluster.ts'
import { readPartition } from '../runtime/kafka/read-all.ts'
import { Rounds } from '../runtime/rounds.ts'

const mostOftenMs = 1_000
const patienceMs = 2_000

/**
 * The keys of a table in memory. Its topic is read to its end before anybody is judged by it, and followed from then on; when it cannot be read for
 * longer than its card allows, whoever asks waits: a table that is behind would refuse what is right.
 */
export class Table {
  readonly card: TableCard
  readonly #it: { readonly cluster: Cluster; readonly topic: string }
  readonly #staleMs: number
  #keys = new Set<string>()
  #next: number[] = []
  #topicId: string | null = null
  /** When it was last read to its end, by the clock that never jumps. */
  #readAt: number | null = null
  readonly #first = Promise.withResolvers<void>()
  #why = 'it is being read'
  /** What was told of last, so that an outage is told once. */
  #told = ''
  readonly #rounds: Rounds

  constructor(card: TableCard, it: { readonly cluster: Cluster; readonly topic: string }) {
    this.card = card
    this.#it = it
    this.#staleMs = milliseconds(card.stale)
    this.#rounds = new Rounds(() => this.#round())
  }

  has(key: string): boolean { return this.#keys.has(key) }

  /** Throws while nobody may be judged by it; at first it is waited for a little, so that a start is no outage. */
  async check(): Promise<void> {
    const { name, stale } = this.card
    if (this.#readAt === null) await Promise.race([this.#first.promise, sleep(patienceMs, undefined, { ref: false })])
    if (this.#readAt === null) throw new Environment('table.unread', `the table ${name} has not been read to its end: ${this.#why}`)
    if (performance.now() - this.#readAt > this.#staleMs) throw new Environment('table.stale', `the table ${name} was last read longer than ${stale} ago: ${this.#why}`)
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  async #round(): Promise<number> {
    const began = performance.now()
    try {
      await this.#read()
      // What was written since the reading began may be missing.
      this.#readAt = began
      this.#first.resolve()
      this.#told = ''
    } catch (error) {
      this.#why = (error as Error).message
      if (this.#why !== this.#told) events.tableUnread(this.card.name, error as Error)
      this.#told = this.#why
    }
    return Math.min(mostOftenMs, this.#staleMs / 4)
  }

  async #read(): Promise<void> {
    const { cluster, topic } = this.#it
    await cluster.know([topic])
    // A partition that was added, or a topic that was made anew, shows only to who asks.
    await cluster.refresh()
    const { id, leaders } = await cluster.mustKnow(topic)
    if (this.#topicId !== id) { this.#readAt = null; this.#keys = new Set(); this.#next = []; this.#topicId = id }
    for (let partition = 0; partition < leaders.length; partition++) {
      for await (const records of readPartition(cluster, topic, partition, this.#next[partition])) for (const { offset, key, value } of records) {
        if (this.#rounds.ended) return
        this.#next[partition] = offset + 1
        if (key === null) continue
        if (value === null) this.#keys.delete(key.toString())
        else this.#keys.add(key.toString())
      }
    }
  }
}
