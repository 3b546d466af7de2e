import { randomUUID } from 'node:crypto'
import { Transient } from '../runtime/failure.ts'
import type { Ledger, LedgerTransaction } from '../runtime/ledger/ledger.ts'
import { ledgerFailure } from '../runtime/ledger/ledger-failure.ts'

const heldForMs = 30_000
const me = randomUUID()

/** A round of a job that this process holds. */
export interface Turn<C> {
  /** How far it was when its last round ended; null at first. */
  readonly cursor: C | null
  /** Writes, and notes how far the job is now, in one transaction: who has lost the job meanwhile writes nothing. May be called again and again in a long round. */
  readonly commit: (cursor: C, write?: (tx: LedgerTransaction) => Promise<void>) => Promise<void>
}

/** Runs one round if no other reconciler has the job; answers false where one has. */
export async function turnOf<C>(ledger: Ledger, name: string, round: (turn: Turn<C>) => Promise<void>, heldMs = heldForMs): Promise<boolean> {
  const [taken] = await ledger.$queryRaw<{ fence: number; cursor: C | null }[]>`
    insert into job as held (name, holder, until, fence) values (${name}, ${me}, now() + ${heldMs} * interval '1 millisecond', 1)
    on conflict (name) do update set holder = ${me}, until = now() + ${heldMs} * interval '1 millisecond', fence = held.fence + 1
    where held.holder = ${me} or held.until < now() returning fence, cursor`.catch((error: unknown) => { throw ledgerFailure(error) })
  if (taken === undefined) return false
  await round({
    cursor: taken.cursor,
    commit: (cursor, write) => ledger.$transaction(async (tx) => {
      const held = await tx.$executeRaw`update job set cursor = ${JSON.stringify(cursor)}::jsonb, until = now() + ${heldMs} * interval '1 millisecond' where name = ${name} and fence = ${taken.fence}`
      if (held === 0) throw new Transient('books.lease_lost', `the job ${name} was taken over by another reconciler`)
      await write?.(tx)
    }, { timeout: 15_000, maxWait: 5_000 }).catch((error: unknown) => { throw ledgerFailure(error) }),
  })
  return true
}
