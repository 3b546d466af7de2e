// Defects of stock kafkajs that the hub would suffer from: each shown on the real broker, beside what this room does instead.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { Output } from './output.ts'
import { Producer } from './producer.ts'
import { encodeHeaders } from './record-batch.ts'
import { readAll } from './read-all.ts'
import { TransactionLease } from './transaction.ts'
import { numbers, TrialUnit } from './trial-unit.ts'

let kafka: KafkaConnection
let hub: ReturnType<typeof testHub>
let stock: Kafka
beforeAll(() => {
  hub = testHub('kafka-guards')
  kafka = kafkaConnection(hub.kafka)
  stock = new Kafka({ ...hub.kafka, logLevel: logLevel.NOTHING })
})
afterAll(() => kafka.close())

async function trial(name: string): Promise<TrialUnit> {
  const unit = new TrialUnit(kafka, `${hub.name}.${name}`, 1)
  await unit.createTopics()
  return unit
}
function outputOf(topic: string, values: readonly string[], key: Buffer | null = null): Output {
  const output = new Output()
  for (const value of values) output.add(topic, 0, key, Buffer.from(value))
  return output
}
/** What a stock kafkajs consumer is given, up to a record with the value `end`. */
async function stockRead(topic: string, group: string): Promise<{ key: Buffer | null; value: string; headers: object }[]> {
  const consumer = stock.consumer({ groupId: group, readUncommitted: false })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const got: { key: Buffer | null; value: string; headers: object }[] = []
  await new Promise<void>((resolve, reject) => {
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        if (`${message.value}` === 'end') return resolve()
        got.push({ key: message.key, value: `${message.value}`, headers: { ...message.headers } })
      },
    }).catch(reject)
  })
  await consumer.disconnect()
  return got
}
/** Leaves its transaction open, as a killed process does; acquiring again aborts it. */
class Dying extends TransactionLease {
  protected override async endTransaction(): Promise<void> { throw new Error('killed') }
}

test('aborted records: stock kafkajs delivers one, this room does not', async () => {
  const unit = await trial('aborted')
  const leases = ['first', 'second'].map((name) => new Dying({ cluster: kafka.forLease(), transactionalId: `${unit.name}.${name}`, groupId: unit.groupId }))
  for (const [i, lease] of leases.entries()) {
    await lease.acquire()
    await expect(lease.run({ batches: outputOf(unit.out, [`aborted ${i}`]).batches(), offsets: [] })).rejects.toThrow('killed')
  }
  for (const lease of leases.toReversed()) await lease.acquire()
  await new Producer(kafka).send(unit.out, [{ key: null, value: 'good' }, { key: null, value: 'end' }])
  expect((await unit.written())[0]).toEqual(['good', 'end'])
  expect((await stockRead(unit.out, `${unit.name}.stock`)).map((it) => it.value)).toContain('aborted 0')
})

test('what this room writes, a stock client reads: keys, nulls, headers, order', async () => {
  const unit = await trial('readable')
  const lease = new TransactionLease({ cluster: kafka.forLease(), transactionalId: unit.transactionalId(0), groupId: unit.groupId, codec: 'gzip' })
  await lease.acquire()
  const output = new Output()
  for (let i = 0; i < 500; i++) output.add(unit.out, 0, Buffer.from(`k${i}`), i % 10 === 0 ? null : Buffer.from(`value ${i}`), encodeHeaders([['ce_id', `${i}`]]), 1_700_000_000_000 + i)
  output.add(unit.out, 0, null, Buffer.from('end'))
  await lease.run({ batches: output.batches(), offsets: [] })
  const got = await stockRead(unit.out, `${unit.name}.stock`)
  expect(got.map((it) => `${it.key}`)).toEqual(Array.from({ length: 500 }, (_, i) => `k${i}`))
  expect(got[10]).toEqual({ key: Buffer.from('k10'), value: 'null', headers: { ce_id: Buffer.from('10') } })
})

test('what a stock client writes, this room reads', async () => {
  const unit = await trial('stock')
  const producer = stock.producer()
  await producer.connect()
  await producer.send({ topic: unit.out, compression: 1, messages: Array.from({ length: 50 }, (_, i) => ({ key: `k${i}`, value: i === 7 ? null : `v${i}`, headers: { a: 'b', n: `${i}` } })) })
  await producer.disconnect()
  const read = await readAll(kafka.control, unit.out)
  expect(read.map(({ record }) => [`${record.key}`, record.value === null ? null : `${record.value}`])).toEqual(Array.from({ length: 50 }, (_, i) => [`k${i}`, i === 7 ? null : `v${i}`]))
  expect(read[3]?.record.headers.map(({ name, value }) => [name, `${value}`])).toEqual([['a', 'b'], ['n', '3']])
})

test('both sides agree on the partition of a key', async () => {
  const topic = `${hub.name}.partitioned`
  const unit = new TrialUnit(kafka, topic, 7)
  await unit.createTopics()
  const keys = Array.from({ length: 200 }, (_, i) => `shopify:${i * 7919}`)
  const producer = stock.producer({ createPartitioner: (await import('kafkajs')).Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: unit.out, messages: keys.map((key) => ({ key, value: 'stock' })) })
  await producer.disconnect()
  await new Producer(kafka).send(unit.out, keys.map((key) => ({ key, value: 'own' })))
  const places = new Map<string, Set<number>>()
  for (const { partition, record } of await readAll(kafka.control, unit.out)) places.set(`${record.key}`, (places.get(`${record.key}`) ?? new Set()).add(partition))
  expect([...places.values()].filter((them) => them.size > 1)).toEqual([])
})

test('a failed EndTxn does not spoil what follows: a new lease works at once', async () => {
  const unit = await trial('endtxn')
  const settings = { cluster: kafka.forLease(), transactionalId: unit.transactionalId(0), groupId: unit.groupId }
  const dying = new Dying(settings)
  await dying.acquire()
  await expect(dying.run({ batches: outputOf(unit.out, ['never']).batches(), offsets: [] })).rejects.toThrow('killed')
  await expect(dying.run({ batches: [], offsets: [] })).rejects.toThrow('dead')
  const next = new TransactionLease(settings)
  await next.acquire()
  await next.run({ batches: outputOf(unit.out, ['good']).batches(), offsets: [] })
  expect(await unit.written()).toEqual([['good']])
})

/** Starts shortly before the sequence numbers end. */
class LongLived extends TransactionLease {
  shortBeforeTheEnd = (place: string) => { this.sequences.set(place, 2 ** 31 - 30) }
}
test('a producer that has written 2^31 records to a partition goes on; wrapping to 0 in the middle of a batch would be refused', async () => {
  const unit = await trial('sequence')
  const lease = new LongLived({ cluster: kafka.forLease(), transactionalId: unit.transactionalId(0), groupId: unit.groupId })
  await lease.acquire()
  lease.shortBeforeTheEnd(`${unit.out}/0`)
  for (let first = 0; first < 100; first += 20) await lease.run({ batches: outputOf(unit.out, numbers(100).slice(first, first + 20)).batches(), offsets: [] })
  expect(await unit.written()).toEqual([numbers(100)])
  const wrong = new LongLived({ cluster: kafka.forLease(), transactionalId: `${unit.name}.wrong`, groupId: unit.groupId })
  await wrong.acquire()
  wrong.shortBeforeTheEnd(`${unit.out}/0`)
  await wrong.run({ batches: outputOf(unit.out, numbers(40)).batches(), offsets: [] })
  wrong['sequences'].set(`${unit.out}/0`, 0)
  await expect(wrong.run({ batches: outputOf(unit.out, ['x']).batches(), offsets: [] })).rejects.toThrow('OUT_OF_ORDER_SEQUENCE_NUMBER')
})

const countWakeUps = (guard: string) => `
  import RequestQueue from 'kafkajs/src/network/requestQueue/index.js'
  import { Kafka } from 'kafkajs'
  const check = RequestQueue.prototype.checkPendingRequests
  let count = 0
  RequestQueue.prototype.checkPendingRequests = function () { count++; return check.call(this) }
  process.removeAllListeners('warning')
  ${guard}
  const admin = new Kafka({ brokers: ${JSON.stringify(hub.kafka.brokers)}, logLevel: 0 }).admin()
  await admin.connect()
  await admin.listTopics()
  count = 0
  await new Promise((resolve) => setTimeout(resolve, 1000))
  console.log(count)
  process.exit(0)`
const wakeUps = (guard: string) => Number(spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', countWakeUps(guard)], { encoding: 'utf8', cwd: import.meta.dirname }).stdout)
test('an idle connection sleeps; a stock one wakes over and over', () => {
  const [stock, own] = [wakeUps(''), wakeUps(`await import(${JSON.stringify(join(import.meta.dirname, 'link.ts'))})`)]
  expect(own).toBeLessThan(5)
  expect(stock).toBeGreaterThan(50)
})
