import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { Admin } from './admin.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { Producer } from './producer.ts'
import { readAll } from './read-all.ts'

let kafka: KafkaConnection
let hub: ReturnType<typeof testHub>
beforeAll(() => {
  hub = testHub('kafka-codecs')
  kafka = kafkaConnection(hub.kafka)
})
afterAll(() => kafka.close())

// The topic's compression.type makes the broker compress every batch anew, with the Java codecs.
test.each(['gzip', 'snappy', 'lz4', 'zstd', 'uncompressed'])('records that Java compressed with %s are read, byte for byte', async (codec) => {
  const topic = `${hub.name}.${codec}`
  await new Admin(kafka).ensureTopics([{ topic, partitions: 1, config: { 'compression.type': codec } }])
  const values = Array.from({ length: 400 }, (_, i) => (i % 5 === 0 ? randomBytes(i) : Buffer.from(`${'abcdefg'.repeat(i % 40)} order ${i} ${'x'.repeat(i)}`)))
  await new Producer(kafka, { codec: codec === 'zstd' ? 'none' : 'zstd' }).send(topic, [...values, Buffer.alloc(300_000, 7)].map((value) => ({ key: null, value })))
  await new Producer(kafka).send(topic, [{ key: 'small', value: 'one' }])
  const read = (await readAll(kafka.control, topic)).map(({ record }) => record.value)
  expect(read.map((value) => value?.toString('hex'))).toEqual([...values, Buffer.alloc(300_000, 7), Buffer.from('one')].map((value) => value.toString('hex')))
})
