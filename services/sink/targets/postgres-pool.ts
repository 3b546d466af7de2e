import pg from 'pg'
import { Environment } from '../../runtime/failure.ts'
import { classified } from './postgres-failure.ts'

/** How long one transaction may take; a frozen sink cannot hold its successor up for longer. */
const longestMs = 15_000

export function openPool(url: string, connections: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url, max: connections, connectionTimeoutMillis: 5_000, application_name: 'tributary sink', keepAlive: true,
    // The server ends what takes too long; where it cannot be reached any more, nobody else would.
    query_timeout: longestMs + 5_000, statement_timeout: longestMs, idle_in_transaction_session_timeout: longestMs, onConnect: prepare,
  })
  // A connection that breaks says so twice: to the query in hand, where it is dealt with, and as an event, which would end the program.
  pool.on('error', () => {})
  return pool
}

async function prepare(client: pg.ClientBase): Promise<void> {
  client.on('error', () => {})
  // Every statement of ours goes by key. The statistics of a table that is being filled are old, and a plan made of them would read all of it.
  await client.query(`set enable_seqscan = off; set jit = off;
    select set_config('transaction_timeout', '${longestMs}', false) where current_setting('server_version_num')::int >= 170000`)
}

/** PostgreSQL 14 is needed; from 17 on the server itself ends a transaction that takes too long. */
export async function checkVersion(pool: pg.Pool): Promise<void> {
  let version: number
  try { version = Number((await pool.query<{ v: string }>(`select current_setting('server_version_num') as v`)).rows[0]!.v) } catch (error) { throw classified(error, 'asking for the version') }
  if (version < 140_000) throw new Environment('target.too_old', `PostgreSQL 14 or newer is needed, this is ${Math.floor(version / 10_000)}`)
}
