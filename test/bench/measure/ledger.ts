import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const tables = ['receipt', 'span', 'block', 'block_count', 'unbalanced', 'verified', 'finding'] as const

/** The hub's own database, as it grows under the books. */
export class Ledger {
  readonly #pool: pg.Pool
  constructor(url: string) { this.#pool = new pg.Pool({ connectionString: url, max: 1 }) }

  /** Waits until every target is proven to hold what was sent until this instant. */
  async verified(until: number): Promise<void> {
    for (let patience = 6_000; patience > 0; patience--) {
      if ((await this.through() ?? 0) > until) return
      await sleep(100)
    }
    throw new Error('not proven within ten minutes: see the table verified')
  }
  /** The instant up to which every target is proven to hold everything; null as long as nobody has looked. */
  async through(): Promise<number | null> {
    const { rows: [found] } = await this.#pool.query<{ through: Date | null }>('select min(least(oldest, at)) as through from verified')
    return found?.through?.getTime() ?? null
  }
  /** Source records that the audit of the topics has compared. */
  async audited(): Promise<number> {
    const { rows: [found] } = await this.#pool.query<{ read: string }>(`select coalesce(sum((value ->> 'read')::bigint), 0) as read from job, jsonb_each(cursor -> 'counts') where name = 'audit of the topics'`)
    return Number(found!.read)
  }

  async rows(): Promise<Record<string, number>> {
    const counted = await Promise.all(tables.map(async (table) => [table, (await this.#pool.query<{ n: number }>(`select count(*)::int as n from ${table}`)).rows[0]!.n] as const))
    return Object.fromEntries(counted)
  }
  close(): Promise<void> { return this.#pool.end() }
}
