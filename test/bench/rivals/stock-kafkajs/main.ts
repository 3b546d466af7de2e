// What a good engineer writes with kafkajs and its schema registry client, and nothing of ours: exactly once by a transactional producer
// for each partition, one transaction for each fetched batch, the position inside of it.
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { flatOrder, type SourceOrder } from './order.ts'
import { schema } from './schema.ts'

const setting = (name: string): string => { const value = process.env[name]; if (value === undefined) throw new Error(`${name} is not set`); return value }
const [topic, out, groupId] = [setting('TOPIC'), setting('OUT'), setting('GROUP')]

const kafka = new Kafka({ brokers: setting('KAFKA').split(','), clientId: 'stock-kafkajs', logLevel: logLevel.WARN })
const registry = new SchemaRegistry({ host: setting('REGISTRY') })
const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${out}-value` })

const producers = new Map<number, Promise<Producer>>()
function producerOf(partition: number): Promise<Producer> {
  const known = producers.get(partition)
  if (known !== undefined) return known
  const producer = kafka.producer({ transactionalId: `${groupId}-${partition}`, idempotent: true, maxInFlightRequests: 1, createPartitioner: Partitioners.DefaultPartitioner })
  const connected = producer.connect().then(() => producer)
  producers.set(partition, connected)
  return connected
}

const consumer = kafka.consumer({ groupId, maxBytesPerPartition: 1 << 20, maxWaitTimeInMs: 100 })
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await consumer.run({
  autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: 4,
  async eachBatch({ batch, heartbeat, resolveOffset }) {
    const producer = await producerOf(batch.partition)
    const messages = await Promise.all(batch.messages.map(async ({ key, value, timestamp }) => {
      if (value === null) throw new Error('an order has a value')
      return { key, timestamp, value: await registry.encode(id, flatOrder(JSON.parse(value.toString()) as SourceOrder)) }
    }))
    const transaction = await producer.transaction()
    try {
      await transaction.send({ topic: out, messages, acks: -1 })
      await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic, partitions: [{ partition: batch.partition, offset: String(BigInt(batch.lastOffset()) + 1n) }] }] })
      await transaction.commit()
    } catch (error) {
      await transaction.abort()
      throw error
    }
    resolveOffset(batch.lastOffset())
    await heartbeat()
  },
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => { void consumer.disconnect().then(async () => { for (const producer of producers.values()) await (await producer).disconnect() }).finally(() => process.exit(0)) })
}
