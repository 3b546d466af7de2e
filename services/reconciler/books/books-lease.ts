import { Stopped, Transient } from '../../runtime/failure.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import type { Lease, Slot, Start } from '../../runtime/kafka/lease.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { ledgerFailure } from '../../runtime/ledger/ledger-failure.ts'

/** What a chunk writes into the ledger: made before the transaction is open, run inside it together with the position. */
export type Write = (tx: LedgerTransaction) => Promise<void>
export type Prepare = (chunk: Chunk) => Promise<Write>

/** A lease whose position lies in the ledger: rows and position commit together, so the books are exactly once. */
export class BooksLease implements Lease {
  readonly #ledger: Ledger
  readonly #slot: Slot
  readonly #prepare: Prepare
  #fence: number | null = null
  #topicId: string | null = null

  constructor(ledger: Ledger, slot: Slot, prepare: Prepare) {
    this.#ledger = ledger
    this.#slot = slot
    this.#prepare = prepare
  }

  async acquire(): Promise<readonly Start[]> {
    const topic = this.#slot.inputs[0]!
    const { partition } = this.#slot
    const { fence, topicId, next } = await this.#ledger.position.upsert({
      where: { topic_partition: { topic, partition } },
      create: { topic, partition, next: 0, fence: 1 },
      update: { fence: { increment: 1 } },
    }).catch(rethrown)
    this.#fence = fence
    this.#topicId = topicId
    return [{ topic, position: Number(next) }]
  }

  async handle(chunk: Chunk): Promise<void> {
    if (this.#topicId !== null && this.#topicId !== chunk.topicId) {
      throw new Stopped('books.topic_recreated', `${chunk.topic} was re-created: the books were written from ${this.#topicId}, it is ${chunk.topicId} now`)
    }
    const write = await this.#prepare(chunk)
    await this.#ledger.$transaction(async (tx) => {
      const moved = await tx.$executeRaw`
        update position set next = ${chunk.next}, topic_id = ${chunk.topicId}
        where topic = ${chunk.topic} and partition = ${chunk.partition} and fence = ${this.#fence} and next = ${chunk.from}`
      if (moved === 0) throw new Transient('books.lease_lost', `${chunk.topic}/${chunk.partition} at ${chunk.from} was taken over by another reconciler`)
      await write(tx)
    }, { timeout: 15_000, maxWait: 5_000 }).catch(rethrown)
    this.#topicId = chunk.topicId
  }

  drop(): void { this.#fence = null }
}

function rethrown(error: unknown): never { throw ledgerFailure(error) }
