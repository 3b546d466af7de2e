import { Stopped, Transient } from '../../runtime/failure.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Lease, Slot, Start } from '../../runtime/kafka/lease.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'

/** Writes a chunk into the ledger, inside the transaction that moves the position. */
export type Write = (tx: LedgerTransaction, chunk: Chunk) => Promise<void>

/** A lease whose position lies in the ledger: rows and position commit together, so the books are exactly once. */
export class BooksLease implements Lease {
  readonly #ledger: Ledger
  readonly #slot: Slot
  readonly #write: Write
  #fence: number | null = null
  #topicId: string | null = null

  constructor(ledger: Ledger, slot: Slot, write: Write) {
    this.#ledger = ledger
    this.#slot = slot
    this.#write = write
  }

  async acquire(): Promise<readonly Start[]> {
    const topic = this.#slot.inputs[0]!
    const { partition } = this.#slot
    const { fence, topicId, next } = await this.#ledger.position.upsert({
      where: { topic_partition: { topic, partition } },
      create: { topic, partition, next: 0, fence: 1 },
      update: { fence: { increment: 1 } },
    })
    this.#fence = fence
    this.#topicId = topicId
    return [{ topic, position: Number(next) }]
  }

  async handle(chunk: Chunk): Promise<void> {
    if (this.#topicId !== null && this.#topicId !== chunk.topicId) {
      throw new Stopped('books.topic_recreated', `${chunk.topic} was re-created: the books were written from ${this.#topicId}, it is ${chunk.topicId} now`)
    }
    await this.#ledger.$transaction(async (tx) => {
      const moved = await tx.$executeRaw`
        update position set next = ${chunk.next}, topic_id = ${chunk.topicId}
        where topic = ${chunk.topic} and partition = ${chunk.partition} and fence = ${this.#fence} and next = ${chunk.from}`
      if (moved === 0) throw new Transient('books.lease_lost', `${chunk.topic}/${chunk.partition} at ${chunk.from} was taken over by another reconciler`)
      await this.#write(tx, chunk)
    }, { timeout: 15_000, maxWait: 5_000 })
    this.#topicId = chunk.topicId
  }

  drop(): void { this.#fence = null }
}
