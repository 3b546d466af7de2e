import { expect, test } from 'vitest'
import { privateKafka } from '../../../test/private-stack.ts'
import { Admin } from './admin.ts'
import { kafkaConnection } from './connection.ts'
import { committedOffset } from './offsets.ts'
import { type Position, TransactionLease } from './transaction.ts'

/** Commits a position in a transaction that the brokers do not know, as it is there after a kill at the wrong moment. */
class Leaving extends TransactionLease {
  leave(position: Position): Promise<void> { return this.commitOffsets([position]) }
}

test('a position that stays pending of a transaction that nobody knows is freed by who acquires; by acquiring alone it never is', async () => {
  // So that the broker takes what it would otherwise refuse.
  await using broker = await privateKafka({ 'transaction.partition.verification.enable': 'false' })
  const kafka = kafkaConnection({ brokers: [broker.brokers], clientId: 'pending' }), cluster = kafka.forLease(), lease = () => ({ cluster, transactionalId: 'pending.0', groupId: 'pending' })
  await new Admin(kafka).ensureTopics([{ topic: 'pending.source', partitions: 1 }])
  const done = new TransactionLease(lease())
  await done.acquire()
  await done.run({ batches: [], offsets: [{ topic: 'pending.source', partition: 0, offset: 7 }] })
  const leaving = new Leaving(lease())
  await leaving.acquire()
  await leaving.leave({ topic: 'pending.source', partition: 0, offset: 9 })

  const next = new TransactionLease(lease())
  await next.acquire()
  await expect(committedOffset(cluster, 'pending', 'pending.source', 0, 8_000)).rejects.toThrow('UNSTABLE_OFFSET_COMMIT')
  expect(await next.committed('pending.source', 0)).toBe(7)
  await next.run({ batches: [], offsets: [{ topic: 'pending.source', partition: 0, offset: 8 }] })
  expect(await next.committed('pending.source', 0)).toBe(8)
  await kafka.close()
}, 120_000)
