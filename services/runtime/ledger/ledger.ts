import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './client.generated/client.ts'

// Longer than any transaction of ours may take: who waits longer waits for a database that is gone.
const longestMs = 30_000

/** The hub's own database. Opened without a connection: an outage shows in the first question, not here. */
export function openLedger(url: string, connections = 5): Ledger {
  return new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: connections, connectionTimeoutMillis: 5_000, query_timeout: longestMs }) })
}
export type Ledger = PrismaClient
export type { Prisma } from './client.generated/client.ts'
/** Reads as the ledger was at one instant: what is shown or compared together has to be read so, or it contradicts itself while somebody writes. */
export const atOneInstant = <T>(ledger: Ledger, read: (tx: LedgerTransaction) => Promise<T>): Promise<T> => ledger.$transaction(read, { isolationLevel: 'RepeatableRead', timeout: longestMs, maxWait: 5_000 })

/** A transaction of the ledger. */
export type LedgerTransaction = Parameters<Parameters<Ledger['$transaction']>[0]>[0]
