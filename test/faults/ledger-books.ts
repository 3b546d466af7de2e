import pg from 'pg'
import type { Route } from '../route.ts'

const target = 'warehouse-postgres'

/** What the books say of the warehouse and its sources: without how often and when somebody looked, and who has found the books in need of a look. */
const tables = {
  receipt: 'select to_jsonb(t) from receipt t',
  span: 'select to_jsonb(t) from span t',
  blockCount: 'select to_jsonb(t) from block_count t',
  block: "select to_jsonb(t) - '{changed,looked,resent}'::text[] from block t",
  rejection: 'select to_jsonb(t) from rejection t',
  answer: 'select to_jsonb(t) from answer t',
  unbalanced: 'select jsonb_build_array(target, topic, partition, block, whole, told, abouts, records) from unbalanced',
  verified: `select jsonb_build_array(target, topic, partition, source, through, oldest, held) from verified where target = '${target}'`,
  finding: 'select to_jsonb(t) from finding t',
}
export type BookTable = keyof typeof tables

/** A ledger as the database holds it, read without the reconciler's code. One connection, so that every other one is the reconciler's. */
export class LedgerBooks implements AsyncDisposable {
  readonly #pool: pg.Pool
  constructor(url: string) {
    this.#pool = new pg.Pool({ connectionString: url, max: 1 })
    this.#pool.on('error', () => {})
  }

  /** Every row of every table, as text. */
  async rows(): Promise<Record<BookTable, string[]>> {
    const found = Object.entries(tables).map(async ([name, sql]) => [name, await this.#list(`select it::text as it from (${sql}) as t(it) order by 1`)] as const)
    return Object.fromEntries(await Promise.all(found)) as Record<BookTable, string[]>
  }

  /** Source records that the translator has read, by the books. */
  async read(): Promise<number> { return Number((await this.#list(`select coalesce(sum(count), 0)::text as it from block_count where stage = 'translate' and model = '' and outcome = 'read'`))[0]) }

  /** Transactions that are writing receipts, and are not committed yet. */
  halfWritten(): Promise<string[]> {
    return this.#list(`select distinct backend_xid::text as it from pg_locks join pg_stat_activity using (pid) where relation = 'receipt'::regclass and mode = 'RowExclusiveLock' and granted
      and database = (select oid from pg_database where datname = current_database()) and backend_xid is not null`)
  }
  /** What became of a transaction: `committed`, `aborted` or `in progress`. */
  async became(transaction: string): Promise<string> { return (await this.#list(`select pg_xact_status('${transaction}'::xid8) as it`))[0]! }

  /** The database has noticed that whoever was there is gone. */
  async left(): Promise<boolean> {
    return (await this.#list(`select pid::text as it from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`)).length === 0
  }

  /** How far the books have read, in all. */
  async position(): Promise<number> { return Number((await this.#list('select coalesce(sum(next), 0)::text as it from position'))[0]) }

  /** What lies in the topics of the books and has not been read. */
  async unread(route: Route): Promise<number> {
    const positions = await this.#list(`select topic || ' ' || partition || ' ' || next as it from position`), next = new Map(positions.map((it) => { const [topic, partition, at] = it.split(' '); return [`${topic} ${partition}`, Number(at)] }))
    const topics = [...new Set(positions.map((it) => it.split(' ')[0]!))]
    const ends = await Promise.all(topics.map(async (topic) => (await route.admin.topicOffsets(topic, 'latest')).reduce((sum, end, partition) => sum + end - (next.get(`${topic} ${partition}`) ?? 0), 0)))
    return ends.reduce((sum, it) => sum + it, 0)
  }

  /** Throws until everything is read, and the warehouse is proven to hold what was sent until an instant. */
  async mustBeThrough(route: Route, sent: number): Promise<void> {
    const unread = await this.unread(route), [proven] = await this.#list(`select count(*)::text as it from verified where target = '${target}'`)
    const held = await this.#list(`select topic || '/' || partition || ' ' || coalesce(held, 'not looked at') as it from verified where target = '${target}' and (oldest is not null or at <= to_timestamp(${sent / 1000}))`)
    if (unread > 0 || held.length > 0 || proven === '0') throw new Error(`not through: ${unread} unread, ${proven} proven, held: ${held.join(', ')}`)
  }

  async #list(sql: string): Promise<string[]> { return (await this.#pool.query<{ it: string }>(sql)).rows.map(({ it }) => it) }
  async [Symbol.asyncDispose](): Promise<void> { await this.#pool.end() }
}
