import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { receiptCodec } from '../../canonical/codec.ts'
import { rules, type CrossReference } from '../../canonical/rules.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { source } from '../../canonical/source.ts'
import { tableCard } from '../../canonical/table-card.ts'
import { testHub } from '../../test/hub.ts'
import { Admin } from '../runtime/kafka/admin.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import { type KafkaConnection, kafkaConnection } from '../runtime/kafka/connection.ts'
import { LeaseState } from '../runtime/kafka/lease-state.ts'
import { Producer } from '../runtime/kafka/producer.ts'
import { RecordSet } from '../runtime/kafka/record-set.ts'
import { names } from '../runtime/names.ts'
import { sourcesFolder } from './sources/generate.ts'
import { sources } from './sources/index.generated.ts'
import { Table } from './table.ts'
import { Unit } from './unit.ts'

const { card, source: stock } = sources['inventory-stock'], hub = names('')
const sample = readFileSync(join(sourcesFolder, card.name, 'samples', 'pieces-on-hand.in.json'), 'utf8')
let kafka: KafkaConnection
let producer: Producer
let prefix: string
beforeAll(() => {
  const own = testHub('table')
  prefix = own.name
  kafka = kafkaConnection(own.kafka)
  producer = new Producer(kafka)
})
const open: Table[] = []
afterAll(async () => { await Promise.all(open.map((it) => it.stop())); await kafka.close() })

const until = (holds: () => boolean | Promise<boolean>): Promise<void> => vi.waitFor(async () => { if (!await holds()) throw new Error('not yet') }, { timeout: 20_000, interval: 20 })

let made = 0
async function tableOf(keys: readonly string[], stale: `P${string}` = 'PT1M') {
  const topic = `${prefix}.table.${made++}`
  await new Admin(kafka).ensureTopics([{ topic, partitions: 3, config: { 'cleanup.policy': 'compact' } }])
  await producer.send(topic, keys.map((key) => ({ key, value: '{}' })))
  return tableCard({ name: 'articles', says: 'Articles of the shop.', topic, key: 'The entity of the product.', stale, owner: 'Shop', onCall: '#shop' })
}
function read(it: Table['card'], by = kafka): Table {
  const table = new Table(it, { cluster: by.cluster(), topic: it.topic })
  open.push(table)
  return table
}

type Looked = Pick<Table, 'card' | 'has' | 'check'>
function unitOf(table: Looked, policy: Pick<CrossReference, 'broken' | 'waits'> = { broken: 'reject' }): Unit {
  const known = rules('stock-level.v1', { 'stock-known-article': { says: 'Stock is of an article that the shop knows.', rule: 'cross-reference', field: 'product', table: table.card, ...policy } })
  return new Unit({ card, source: source({ ...stock, rules: [known] }), names: hub, registry: { idOf: async () => 1 }, instance: 'test', approvedAt: () => -Infinity, reread: async () => new Map(), tables: [table as Table] })
}
/** What becomes of stock of these articles. */
async function outcomes(unit: Unit, articles: readonly number[], timestamp = Date.now()): Promise<Record<string, number>> {
  const records = articles.map((article, offset): KafkaRecord => ({ offset, timestamp, key: null, headers: [], value: Buffer.from(sample.replaceAll(/"product_id": ?\d+/g, `"product_id":${article}`)) }))
  const { output } = await unit.translate({ unit: card.name, topic: card.topic, topicId: 'AAAA', partition: 0, from: 0, next: records.length, records }, { state: new LeaseState(), killed: false, alone: false })
  const receipts: KafkaRecord[] = []
  for (const { topic, writer } of output.batches()) if (topic === hub.receipts) new RecordSet(writer.seal(), 0, []).take(receipts, { maxRecords: Infinity, maxBytes: Infinity })
  const found: Record<string, number> = {}
  for (const { outcome, reason, count } of receiptCodec().decode(receipts[0]!.value!, () => schemaText('receipt.v1')).entries) found[reason ?? outcome] = (found[reason ?? outcome] ?? 0) + count
  return found
}
const all = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at)
const keysOf = (articles: readonly number[]) => articles.map((it) => `inventory:${it}`)

test('nobody is judged before the table is read to its end; then what it holds passes and the rest is refused', async () => {
  const table = read(await tableOf(keysOf(all(5_000)))), unit = unitOf(table)
  expect(table.has('inventory:5000')).toBe(false)
  expect(await outcomes(unit, all(5_000))).toEqual({ read: 5_000, mapped: 5_000, emitted: 5_000 })
  expect(await outcomes(unit, [1, 5_001, 2])).toEqual({ read: 3, mapped: 2, emitted: 2, 'rule.stock-known-article': 1 })
})

test('a source whose table is not there waits, and refuses nothing', async () => {
  const it = tableCard({ ...await tableOf([]), topic: `${prefix}.table.nowhere` })
  await expect(outcomes(unitOf(read(it)), [1])).rejects.toMatchObject({ name: 'Environment', code: 'table.unread', message: expect.stringContaining('UNKNOWN_TOPIC_OR_PARTITION') })
})

test('without that guard a record whose key is in the table is refused', async () => {
  const table = read(await tableOf(keysOf(all(5_000))))
  const hasty: Looked = { card: table.card, has: (key) => table.has(key), check: async () => {} }
  expect(await outcomes(unitOf(hasty), [5_000])).toMatchObject({ 'rule.stock-known-article': 1 })
})

test('the table is followed: a key that comes passes, and one that is taken away is missed', async () => {
  const it = await tableOf(keysOf([1, 2])), table = read(it), unit = unitOf(table, { broken: 'warn' })
  await until(() => table.has('inventory:1') && table.has('inventory:2'))
  expect(await outcomes(unit, [1, 3])).toEqual({ read: 2, mapped: 2, emitted: 2, 'stock-known-article': 1 })
  await producer.send(it.topic, [{ key: 'inventory:3', value: '{}' }, { key: 'inventory:1', value: null }])
  await until(() => table.has('inventory:3') && !table.has('inventory:1'))
  expect(await outcomes(unit, [3])).toEqual({ read: 1, mapped: 1, emitted: 1 })
})

test('partitions that are added to the table are read', async () => {
  const it = await tableOf(keysOf([1])), table = read(it)
  await until(() => table.has('inventory:1'))
  await new Admin(kafka).raisePartitions(it.topic, 9)
  await kafka.control.refresh()
  await producer.send(it.topic, keysOf(all(100)).map((key) => ({ key, value: '{}' })))
  await until(() => keysOf(all(100)).every((key) => table.has(key)))
})

test('a table that cannot be read for longer than its card allows makes the source wait and refuses nothing; it is used again, as it then is, when it can be read', async () => {
  const it = await tableOf(keysOf([1]), 'PT2S'), table = read(it), unit = unitOf(table), admin = new Admin(kafka)
  await until(async () => await whyNot(table) === null)
  await admin.deleteTopics([it.topic])
  expect(await outcomes(unit, [1])).toMatchObject({ mapped: 1 })
  await until(async () => await whyNot(table) === 'table.stale')
  await expect(outcomes(unit, [2])).rejects.toMatchObject({ name: 'Environment', code: 'table.stale' })
  // Made anew, with other keys: what the old one held is forgotten.
  await admin.ensureTopics([{ topic: it.topic, partitions: 2 }])
  await kafka.control.refresh()
  await producer.send(it.topic, [{ key: 'inventory:2', value: '{}' }])
  await until(async () => await whyNot(table) === null && table.has('inventory:2'))
  expect(await outcomes(unit, [2, 1])).toMatchObject({ mapped: 1, 'rule.stock-known-article': 1 })
})

test('without that guard a key that came while the table could not be read is refused', async () => {
  const it = await tableOf(keysOf([1]), 'PT2S'), table = read(it)
  await until(async () => await whyNot(table) === null)
  await new Admin(kafka).deleteTopics([it.topic])
  await until(async () => await whyNot(table) === 'table.stale')
  expect(await outcomes(unitOf({ card: it, has: (key) => table.has(key), check: async () => {} }), [2])).toMatchObject({ 'rule.stock-known-article': 1 })
})
const whyNot = (table: Table): Promise<string | null> => table.check().then(() => null, (error: { code: string }) => error.code)

test('a rule that waits holds the partition back for a missed key, until the key comes or the record is as old as the rule says', async () => {
  const it = await tableOf(keysOf([1])), table = read(it), unit = unitOf(table, { broken: 'reject', waits: 'PT1H' })
  await until(() => table.has('inventory:1'))
  await expect(outcomes(unit, [1, 2])).rejects.toMatchObject({ name: 'Environment', code: 'table.key_awaited' })
  expect(await outcomes(unit, [1, 2], Date.now() - 3_700_000)).toMatchObject({ mapped: 1, 'rule.stock-known-article': 1 })
  await producer.send(it.topic, [{ key: 'inventory:2', value: '{}' }])
  await until(() => table.has('inventory:2'))
  expect(await outcomes(unit, [1, 2])).toMatchObject({ mapped: 2 })
})
