import { Transient } from '../../runtime/failure.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Lease, Slot, Start } from '../../runtime/kafka/lease.ts'
import { type InputFacts, startAt } from '../../runtime/kafka/position.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { type Moved, TopicMoved } from '../../runtime/topic-moved.ts'
import { ledgerFailure } from '../../runtime/ledger/ledger-failure.ts'

/** What a chunk writes into the ledger: made before the transaction is open, run inside it together with the position. */
export type Write = (tx: LedgerTransaction) => Promise<void>
export type Prepare = (chunk: Chunk) => Promise<Write>

export type FactsOf = (topic: string, partition: number) => Promise<InputFacts>

/** A lease whose position lies in the ledger: rows and position commit together, so the books are exactly once. */
export class BooksLease implements Lease {
  readonly #ledger: Ledger
  readonly #slot: Slot
  readonly #factsOf: FactsOf
  readonly #prepare: Prepare
  readonly #adopted: (it: Moved) => number | null
  #fence: number | null = null

  constructor(ledger: Ledger, slot: Slot, factsOf: FactsOf, prepare: Prepare, adopted: (it: Moved) => number | null = () => null) {
    this.#ledger = ledger
    this.#slot = slot
    this.#factsOf = factsOf
    this.#prepare = prepare
    this.#adopted = adopted
  }

  async acquire(): Promise<readonly Start[]> {
    const topic = this.#slot.inputs[0]!
    const { partition } = this.#slot
    const facts = await this.#factsOf(topic, partition)
    await this.#adopt(facts).catch(rethrown)
    const { fence, topicId, first, next } = await this.#ledger.position.upsert({
      where: { topic_partition: { topic, partition } },
      create: { topic, partition, topicId: facts.topicId, first: facts.earliest, next: facts.earliest, fence: 1 },
      update: { fence: { increment: 1 } },
    }).catch(rethrown)
    this.#fence = fence
    return [{ topic, position: startAt(facts, { topicId, first: Number(first) }, Number(next)) }]
  }

  async handle(chunk: Chunk): Promise<void> {
    const write = await this.#prepare(chunk)
    await this.#ledger.$transaction(async (tx) => {
      const moved = await tx.$executeRaw`
        update position set next = ${chunk.next}
        where topic = ${chunk.topic} and partition = ${chunk.partition} and topic_id = ${chunk.topicId} and fence = ${this.#fence} and next = ${chunk.from}`
      if (moved === 0) throw new Transient('books.lease_lost', `${chunk.topic}/${chunk.partition} at ${chunk.from} was taken over by another reconciler`)
      await write(tx)
    }, { timeout: 15_000, maxWait: 5_000 }).catch(rethrown)
  }

  /** Moves the position to the topic's other id, where a person has said that it is the same. */
  async #adopt({ topic, partition, topicId: now }: InputFacts): Promise<void> {
    const held = await this.#ledger.position.findUnique({ where: { topic_partition: { topic, partition } } })
    if (held === null || held.topicId === now) return
    const { topicId: was, next, first } = held, moved = { topic, partition, was, now, position: Number(next), first: Number(first) }
    if (this.#adopted(moved) === null) throw new TopicMoved('kafka.topic_recreated', [moved])
    // Who reads it elsewhere loses it by this.
    await this.#ledger.position.updateMany({ where: { topic, partition, topicId: was, next }, data: { topicId: now, fence: { increment: 1 } } })
  }

  drop(): void { this.#fence = null }
}

function rethrown(error: unknown): never { throw ledgerFailure(error) }
