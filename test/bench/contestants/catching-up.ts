import { setTimeout as sleep } from 'node:timers/promises'
import type { Postgres } from '../../../deploy/local/postgres.ts'
import type { Bench } from '../bench.ts'
import type { Contestant } from '../rounds.ts'
import { type Audits, BooksRun } from '../runs/books-run.ts'
import type { RouteRun } from '../runs/route-run.ts'

/** A reconciler that comes when so many records are through: until everything is proven, and where it audits the topics, until all of them are compared. */
export function catchingUp({ stack }: Bench, server: Postgres, route: RouteRun, records: number, audits: Exclude<Audits, 'as npm start'>): Contestant {
  const setup = audits === 'none' ? 'catching up, books and balance' : 'catching up, with the audit of the topics'
  return {
    name: 'ours', setup, records, guarantee: 'every block balanced for the table',
    async run() {
      const began = performance.now(), since = Date.now(), seconds = () => (performance.now() - began) / 1000
      await using books = await BooksRun.start(stack, server, route, audits)
      await books.ledger.verified(since)
      const verified = seconds()
      while (audits !== 'none' && await books.ledger.audited() < records) { books.mustRun(); await sleep(100) }
      const done = seconds(), used = await books.used(records)
      return { ...used, values: { proven_after_s: verified, records_per_s: records / verified, ...(audits === 'none' ? {} : { audited_after_s: done }), ...used.values } }
    },
  }
}
