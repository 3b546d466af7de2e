// In the place of the fenced position. TEST_WITHOUT=fence: nobody is asked who has the input, or where it stands.
// TEST_WITHOUT=position-inside: the position is moved after the transaction, as by a consumer that commits its offsets.
import type { Pool, PoolClient } from 'pg'
import { fencedPosition as real, type Position } from '../../../services/sink/targets/position.ts'
export * from '../../../services/sink/targets/position.ts'

const { TEST_WITHOUT: without } = process.env
/** What is still to be done when the transaction of this client is committed. */
export const laterMoves = new WeakMap<PoolClient, (pool: Pool) => Promise<unknown>>()

export const fencedPosition: Position = {
  ...real,
  async advance(client, target, hold, { from, next }) {
    const move = { text: 'update hub.position set next = $4 where target = $1 and topic = $2 and partition = $3', values: [target, hold.topic, hold.partition, next] }
    if (without === 'fence') await client.query(move)
    else if (without === 'position-inside') laterMoves.set(client, (pool) => pool.query(move))
    else await real.advance(client, target, hold, { from, next })
  },
}
