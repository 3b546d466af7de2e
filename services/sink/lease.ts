import type { Adoptions } from '../runtime/adoptions.ts'
import { Books } from '../runtime/books.ts'
import { Transient } from '../runtime/failure.ts'
import type { Chunk } from '../runtime/kafka/chunk.ts'
import type { Cluster } from '../runtime/kafka/cluster.ts'
import type { GroupMember } from '../runtime/kafka/group.ts'
import type { Lease, Slot, Start } from '../runtime/kafka/lease.ts'
import { type InputFacts, inputFacts, startAt } from '../runtime/kafka/position.ts'
import type { LostRange } from '../runtime/kafka/range-lost.ts'
import { readAt } from '../runtime/kafka/read-at.ts'
import type { PassOver } from '../runtime/orders.ts'
import { type Moved, TopicMoved } from '../runtime/topic-moved.ts'
import type { Outbox } from './outbox.ts'
import type { Held, Route } from './route.ts'
import type { Hold, Target } from './targets/target.ts'
import { Waiting } from './waiting.ts'

export interface TargetLeaseSettings {
  readonly slot: Slot
  /** Of the canonical topic; what comes again travels with it. */
  readonly route: Pick<Route, 'topic' | 'passOver'>
  readonly target: Target
  readonly opened: () => Promise<void>
  readonly cluster: Cluster
  readonly outbox: Outbox
  readonly adoptions: Adoptions
  readonly group: GroupMember
  readonly deliver: (chunk: Chunk, held: Held) => Promise<unknown>
  readonly passesOver: (lost: LostRange) => PassOver | null
  readonly onDelivered: (chunk: Chunk, books: Books) => void
}

/** The right to feed one partition into the target, new records and those that come again. The target's own position counts, never Kafka's. */
export class TargetLease implements Lease {
  readonly #it: TargetLeaseSettings
  readonly #holds = new Map<string, Hold>()
  #waiting: Waiting | null = null
  constructor(it: TargetLeaseSettings) { this.#it = it }

  async acquire(): Promise<readonly Start[]> {
    const { slot, route: { topic: main }, target, opened, cluster, outbox, adoptions } = this.#it
    if (!slot.inputs.includes(main)) throw new Transient('lease.lost', `${slot.inputs.join(' and ')} came without ${main}`)
    await opened()
    const starts: Start[] = [], moved: Moved[] = []
    for (const topic of slot.inputs) {
      const facts = await inputFacts(cluster, topic, slot.partition)
      const input = { topic, topicId: facts.topicId, partition: slot.partition, was: adoptions.formerIds(slot.unit, topic, facts.topicId), adopted: (it: Moved) => adoptions.positionOf(slot.unit, it) !== null }
      const taken = await target.take(input, facts.earliest).catch((error: unknown) => { if (error instanceof TopicMoved) return error; throw error })
      if (taken instanceof TopicMoved) { moved.push(...taken.moved); continue }
      const { hold, position } = taken
      this.#holds.set(topic, hold)
      outbox.add(hold)
      // Invariant 9: a position outside of what the partition holds stops it.
      starts.push({ topic, topicId: facts.topicId, position: startAt(facts, { topicId: hold.topicId, first: facts.earliest }, await this.#behindLost(hold, facts, position)) })
    }
    if (moved.length > 0) throw new TopicMoved('position.topic_recreated', moved)
    // Whoever had the inputs before changes nothing any more.
    this.#waiting = await Waiting.load(this.#holds.get(main)!, target.openRejections)
    return starts
  }

  /** Invariant 9: only where a person has named this very range, and in a transaction of the target as any other step. */
  async #behindLost(hold: Hold, { earliest }: InputFacts, position: number): Promise<number> {
    const { passesOver, route } = this.#it
    let at = position
    for (let order: PassOver | null; at < earliest && (order = passesOver({ topic: hold.topic, topicId: hold.topicId, partition: hold.partition, from: at, to: earliest })) !== null; at = order.to) await route.passOver(hold, order)
    return at
  }

  async handle(chunk: Chunk): Promise<void> {
    const hold = this.#holds.get(chunk.topic), waiting = this.#waiting
    if (hold === undefined || waiting === null) throw new Error(`a chunk of ${chunk.topic} came to a lease that does not hold it`)
    const books = await this.#it.deliver(chunk, { hold, waiting, reread: (offsets) => readAt(this.#it.cluster, waiting.of.topic, waiting.of.partition, offsets) })
    this.#it.outbox.wake()
    this.#it.group.commitForLagTools(chunk.topic, chunk.partition, chunk.next)
    if (books instanceof Books) this.#it.onDelivered(chunk, books)
  }

  drop(): void { for (const hold of this.#holds.values()) this.#it.outbox.remove(hold) }
}
