import pg from 'pg'

/** One connection that can change nothing, for those who look at what is held: an answer late is as good as none. */
export function readOnlyPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url, max: 1, connectionTimeoutMillis: 2_000, query_timeout: 6_000, application_name: 'tributary reader',
    onConnect: (client) => client.query(`set default_transaction_read_only = on; set statement_timeout = '5s'`),
  })
  pool.on('error', () => {})
  return pool
}

interface HeldRow { readonly entity: string; readonly effect_key: string; readonly version: string; readonly revision: number; readonly origin_topic: string; readonly origin_partition: number; readonly origin_offset: string; readonly deleted: boolean }
/** The columns by which every table of states says which state it has. */
export const stateColumns = 'entity, effect_key, version, revision, origin_topic, origin_partition, origin_offset'
export const heldState = (row: HeldRow) => ({
  entity: row.entity, effectKey: row.effect_key, version: Number(row.version), revision: row.revision, deleted: row.deleted,
  origin: { topic: row.origin_topic, partition: row.origin_partition, offset: Number(row.origin_offset) },
})
export type { HeldRow }
