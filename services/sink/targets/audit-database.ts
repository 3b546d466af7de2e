import pg from 'pg'
import type { Stand } from './audit.ts'
import { classified } from './postgres-failure.ts'

/** A database that is read, and in no case written. */
export class AuditDatabase {
  readonly pool: pg.Pool
  constructor(connectionString: string) {
    // Long statements are what an audit is made of; what must not happen is that it stands still with its snapshot open.
    this.pool = new pg.Pool({
      connectionString, max: 2, connectionTimeoutMillis: 5_000, application_name: 'tributary audit', keepAlive: true, idle_in_transaction_session_timeout: 300_000,
      onConnect: async (client) => { client.on('error', () => {}); await client.query('set default_transaction_read_only = on; set jit = off') },
    })
    this.pool.on('error', () => {})
  }
  async close(): Promise<void> { await this.pool.end() }

  async read<T>(isolation: 'read committed' | 'repeatable read', work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient
    try { client = await this.pool.connect() } catch (error) { throw classified(error, 'auditing') }
    try {
      await client.query(`begin isolation level ${isolation} read only`)
      const done = await work(client)
      await client.query('commit')
      client.release()
      return done
    } catch (error) {
      client.release(true)
      throw classified(error, 'auditing')
    }
  }
}

/** Committed with the effects: in one snapshot positions and rows belong together. */
export async function standOf(client: pg.ClientBase, target: string, topic: string): Promise<Stand> {
  const { rows: [made] } = await client.query<{ made: boolean }>(`select to_regclass('hub.position') is not null and to_regclass('hub.open_rejection') is not null as made`)
  if (!made!.made) return { topicId: null, positions: new Map(), open: new Map() }
  const { rows } = await client.query<{ topic_id: string; partition: number; next: string }>('select topic_id, partition, next from hub.position where target = $1 and topic = $2 order by partition', [target, topic])
  const { rows: open } = await client.query<{ partition: number; at: string }>('select partition, at_offset as at from hub.open_rejection where target = $1 and topic = $2', [target, topic])
  return {
    topicId: rows[0]?.topic_id ?? null, positions: new Map(rows.map((it) => [it.partition, Number(it.next)])),
    open: new Map([...Map.groupBy(open, (it) => it.partition)].map(([partition, these]) => [partition, new Set(these.map((it) => Number(it.at)))])),
  }
}
