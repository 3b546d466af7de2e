import pg from 'pg'
import type { TargetCard } from '../../../canonical/card.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { ofTarget, optional, url } from '../../runtime/settings.ts'
import { rowsOf, sqlTables } from './audit-rows.ts'
import { type ModelAudit, type OpenAudit, type Snapshot, type Stand, targetAudit, type TargetAudit } from './audit.ts'
import type { ModelTable } from './columns.ts'
import { PostgresSnapshot } from './postgres-snapshot.ts'
import { classified } from './postgres-failure.ts'
import { RowBytes } from './row-bytes.ts'

/** The audit of a target that is a PostgreSQL database, from its card and its tables. */
export function postgresAudit(card: TargetCard, mapping: readonly ModelTable[]): TargetAudit {
  return targetAudit({
    settings: { url: ofTarget(card.name, 'url', { says: `Where ${card.name} is, to be audited; a role that may read is enough. Empty: it is not audited.`, fallback: '', secret: true, read: optional(url) }) },
    open: (values) => (values.url === null ? null : new PostgresAudit(card.name, values.url, mapping)),
  })
}

export class PostgresAudit implements OpenAudit {
  readonly #target: string
  readonly #pool: pg.Pool
  readonly #mapping: readonly ModelTable[]
  constructor(target: string, connectionString: string, mapping: readonly ModelTable[]) {
    this.#target = target
    this.#mapping = mapping
    // Long statements are what an audit is made of; what must not happen is that it stands still with its snapshot open.
    this.#pool = new pg.Pool({
      connectionString, max: 2, connectionTimeoutMillis: 5_000, application_name: 'tributary audit', keepAlive: true, idle_in_transaction_session_timeout: 300_000,
      onConnect: async (client) => { client.on('error', () => {}); await client.query('set default_transaction_read_only = on; set jit = off') },
    })
    this.#pool.on('error', () => {})
  }

  of(model: ModelName, topic: string): ModelAudit {
    const table = this.#mapping.find((it) => it.model === model)
    if (table === undefined) throw new Error(`${this.#target} has no table for ${model}`)
    const tables = sqlTables(table)
    return {
      tables, rowsOf: rowsOf(table, new RowBytes()),
      stand: () => this.#in('read committed', (client) => standOf(client, this.#target, topic)),
      snapshot: (work) => this.#in('repeatable read', async (client) => {
        const stand = await standOf(client, this.#target, topic)
        return work(new PostgresSnapshot({ client, target: this.#target, table, tables, stand }))
      }),
    }
  }
  async close(): Promise<void> { await this.#pool.end() }

  async #in<T>(isolation: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    let client: pg.PoolClient
    try { client = await this.#pool.connect() } catch (error) { throw classified(error, 'auditing') }
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

/** Committed with the rows: in one snapshot positions and rows belong together. */
export async function standOf(client: pg.PoolClient, target: string, topic: string): Promise<Stand> {
  const { rows: [made] } = await client.query<{ made: boolean }>(`select to_regclass('hub.position') is not null and to_regclass('hub.open_rejection') is not null as made`)
  if (!made!.made) return { topicId: null, positions: new Map(), open: new Map() }
  const { rows } = await client.query<{ topic_id: string; partition: number; next: string }>('select topic_id, partition, next from hub.position where target = $1 and topic = $2 order by partition', [target, topic])
  const { rows: open } = await client.query<{ partition: number; at: string }>('select partition, at_offset as at from hub.open_rejection where target = $1 and topic = $2', [target, topic])
  return {
    topicId: rows[0]?.topic_id ?? null, positions: new Map(rows.map((it) => [it.partition, Number(it.next)])),
    open: new Map([...Map.groupBy(open, (it) => it.partition)].map(([partition, these]) => [partition, new Set(these.map((it) => Number(it.at)))])),
  }
}
export type { Snapshot }
