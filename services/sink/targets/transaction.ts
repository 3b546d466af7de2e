import type { Pool, PoolClient } from 'pg'
import { Transient } from '../../runtime/failure.ts'
import { classified } from './postgres-failure.ts'

/** One transaction. Whatever fails, nothing of it is there; only a COMMIT without an answer leaves that open, and then the position tells. */
export async function inTransaction<T>(pool: Pool, doing: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient
  try { client = await pool.connect() } catch (error) { throw classified(error, doing) }
  let done: T
  try {
    await client.query('begin')
    done = await work(client)
  } catch (error) {
    await client.query('rollback').then(() => client.release(), () => client.release(true))
    throw classified(error, doing)
  }
  try { await client.query('commit') } catch (error) {
    client.release(true)
    // Invariant 8: it may have been committed. Whoever takes the hold next reads it from the position.
    throw new Transient('target.commit_unknown', `${doing}: no answer to COMMIT`, { cause: error })
  }
  client.release()
  return done
}
