import pg from 'pg'
import { expect, test } from 'vitest'
import { Admin } from '../services/runtime/kafka/admin.ts'
import { kafkaConnection } from '../services/runtime/kafka/connection.ts'
import { Registry } from '../services/runtime/registry.ts'
import { privateKafka, privateKafkaCluster, privatePostgres, privateRegistry } from './private-stack.ts'

const schema = '{"type":"record","name":"Kept","fields":[{"name":"id","type":"long"}]}'

test('a private broker that was killed comes back at the same port with its topics', async () => {
  await using broker = await privateKafka()
  await withAdmin(broker.brokers, (admin) => admin.ensureTopics([{ topic: 'kept', partitions: 3 }]))
  await broker.kill()
  await broker.start()
  // Asking for another count is refused only where the topic is still there.
  await expect(withAdmin(broker.brokers, (admin) => admin.ensureTopics([{ topic: 'kept', partitions: 4 }]))).rejects.toThrow('kept has 3 partitions')
})

test('three private brokers go on when one is killed', async () => {
  const cluster = await privateKafkaCluster()
  try {
    await cluster.nodes[1]?.kill()
    await withAdmin(cluster.brokers, (admin) => admin.ensureTopics([{ topic: 'made-by-two', partitions: 1, replicationFactor: 2 }]))
    await cluster.nodes[1]?.start()
  } finally { await cluster.dispose() }
})

test('a private database and registry that were killed come back with what they held', async () => {
  await using postgres = await privatePostgres()
  const url = await postgres.database('registry')
  await using registry = await privateRegistry(url)
  const id = await new Registry(registry.url).register('kept-value', schema, 'BACKWARD_TRANSITIVE')
  await registry.kill()
  await postgres.kill()
  await postgres.start()
  await registry.start()
  expect(await new Registry(registry.url).idOf('kept-value', schema)).toBe(id)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  expect((await client.query('show fsync')).rows).toEqual([{ fsync: 'off' }])
  await client.end()
})

async function withAdmin<T>(brokers: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = kafkaConnection({ brokers: brokers.split(','), clientId: 'private-stack-test' })
  try { return await work(new Admin(kafka)) } finally { await kafka.close() }
}
