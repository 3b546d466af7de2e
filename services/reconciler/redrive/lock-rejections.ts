import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

/** A rejection and what became of it come on two topics: whoever writes either waits here for the other, so that the later one sees the earlier. */
export async function lockRejections(tx: LedgerTransaction): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('tributary.rejections'))`
}
