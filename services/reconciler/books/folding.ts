import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'

/** One at a time, in whatever process: two that take out the same rows in another order would wait for one another. */
export const folding = <T>(ledger: Ledger, work: (tx: LedgerTransaction) => Promise<T>): Promise<T> => ledger.$transaction(async (tx) => {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('tributary.books.folding'))`
  return work(tx)
}, { timeout: 30_000, maxWait: 5_000 })
