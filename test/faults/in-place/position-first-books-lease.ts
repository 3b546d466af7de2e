// In the place of the books' lease: the position moves in a transaction of its own, and what was read is written after it.
import { BooksLease as Real, type FactsOf, type Prepare, type Write } from '../../../services/reconciler/books/books-lease.ts'
import type { Chunk } from '../../../services/runtime/kafka/chunk.ts'
import type { Slot } from '../../../services/runtime/kafka/lease.ts'
import type { Ledger } from '../../../services/runtime/ledger/ledger.ts'
export * from '../../../services/reconciler/books/books-lease.ts'

export class BooksLease extends Real {
  readonly #later: (write: Write) => Promise<unknown>
  readonly #held: { write: Write }

  constructor(ledger: Ledger, slot: Slot, factsOf: FactsOf, prepare: Prepare) {
    const held = { write: async (): Promise<void> => {} } as { write: Write }
    super(ledger, slot, factsOf, async (chunk) => { held.write = await prepare(chunk); return async () => {} })
    this.#held = held
    this.#later = (write) => ledger.$transaction(write, { timeout: 15_000, maxWait: 5_000 })
  }

  override async handle(chunk: Chunk): Promise<void> {
    await super.handle(chunk)
    await this.#later(this.#held.write)
  }
}
