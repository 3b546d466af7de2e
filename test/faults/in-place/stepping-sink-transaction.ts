// In the place of a target's transactions: the sink is killed or frozen at a named point of its n-th chunk.
import type { Pool, PoolClient } from 'pg'
import { inTransaction as real } from '../../../services/sink/targets/transaction.ts'
import { laterMoves } from './loose-position.ts'
import { begins, reached } from './reached.ts'

const chunks: readonly string[] = ['writing a chunk', 'recording the outcomes of a chunk']

export async function inTransaction<T>(pool: Pool, doing: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
  if (doing === 'claiming effects') reached('claiming')
  if (!chunks.includes(doing)) return real(pool, doing, work)
  begins()
  reached('begun')
  let used: PoolClient | undefined
  const done = await real(watched(pool), doing, async (client) => {
    const made = await work(used = client)
    reached('written')
    return made
  })
  reached('committed')
  if (used !== undefined) await laterMoves.get(used)?.(pool)
  return done
}

function watched(pool: Pool): Pool {
  return Object.assign(Object.create(pool) as Pool, { connect: async () => watchedClient(await pool.connect()) })
}
function watchedClient(client: PoolClient): PoolClient {
  return new Proxy(client, { get(it, name) {
    const value: unknown = Reflect.get(it, name)
    if (typeof value !== 'function') return value
    return (...given: unknown[]): unknown => {
      const answer: unknown = Reflect.apply(value, it, given)
      // Long enough for the request to leave, too short for its answer to be read.
      if (given[0] === 'commit') setImmediate(() => reached('commit-sent'))
      return answer
    }
  } })
}
