import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka } from 'kafkajs'
import { expect, inject, test } from 'vitest'
import { createDatabase } from '../../deploy/local/postgres.ts'
import { makeRandom } from '../../deploy/local/feed/random.ts'
import type { NewRecord } from '../../services/runtime/kafka/producer.ts'
import { tally } from '../../services/sink/target-desk.ts'
import { sourcesFolder } from '../../services/translator/sources/generate.ts'
import { testHub } from '../hub.ts'
import { privateRegistry } from '../private-stack.ts'
import { Route } from '../route.ts'
import { booksOf, rejectionsOf, throughAt } from './charges.ts'
import { receiptsAt } from './redriving.ts'
import { saidPaused } from './told.ts'
import { Warehouse } from './warehouse.ts'

const unit = 'shopify-orders', source = 'source.shopify.orders', target = 'warehouse-postgres', count = 4_000, share = 0.01, seed = 'poison'
type Payload = Record<string, unknown>
const sample = JSON.parse(readFileSync(join(sourcesFolder, unit, 'samples', 'an-order-and-its-customer.in.json'), 'utf8')) as Payload
const order = (n: number, changes: Payload = {}): Payload => ({ ...sample, id: 5_000_000 + n, customer: { ...sample['customer'] as Payload, id: 7_000_000 + n }, ...changes })
const text = (payload: Payload) => Buffer.from(JSON.stringify(payload))

/** Seven ways to spoil an order, and what each is refused for. */
const kinds: readonly { readonly code: string; readonly value: (n: number) => Buffer }[] = [
  { code: 'payload.not-json', value: (n) => text(order(n)).subarray(0, 200) },
  { code: 'payload.breaks-contract', value: (n) => text(order(n, { total_price: { amount: 5 } })) },
  { code: 'record.too-large', value: (n) => text(order(n, { note: randomBytes(900_000).toString('hex') + randomBytes(300_000).toString('base64') })) },
  { code: 'payload.breaks-contract', value: (n) => text(order(n, { id: undefined })) },
  { code: 'payload.too-deep', value: (n) => Buffer.from(`{"deep":${'['.repeat(5_000)}${']'.repeat(5_000)},${text(order(n)).toString().slice(1)}`) },
  { code: 'value.not-decimal', value: (n) => text(order(n, { total_price: `9${'0'.repeat(400)}` })) },
  { code: 'value.not-one-of', value: (n) => text(order(n, { financial_status: 'almost_paid' })) },
]
const framed = (n: number): NewRecord => ({ key: `shopify:${8_000_000 + n}`, value: Buffer.concat([Buffer.from([0, 0x7f, 0, 0, n % 5]), randomBytes(20)]), partition: n % 4 })

test('of one poisonous record in a hundred, of eight kinds, each is refused once and by its name, and everything else is through', { timeout: 240_000 }, async () => {
  await using registry = await privateRegistry(await createDatabase(inject('stack').postgresPort, `poison-${process.pid}`))
  const hub = testHub('poison', { registryUrl: registry.url })
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const { names } = route, topic = names.topic(source), canonical = names.canonical('order.v1')
  const admin = new Kafka({ brokers: hub.kafka.brokers, logLevel: 0 }).admin()
  await admin.connect()
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '-1' }, { name: 'max.message.bytes', value: '3000000' }] }] })
  await admin.disconnect()

  const random = makeRandom(seed), seeded = new Map<string, string>(), offsets = new Map<number, number>()
  let spoilt = 0
  const records = Array.from({ length: count }, (_, n): NewRecord => {
    const kind = random.chance(share) ? kinds[spoilt++ % kinds.length]! : null, partition = n % 4, offset = offsets.get(partition) ?? 0
    offsets.set(partition, offset + 1)
    if (kind !== null) seeded.set(`${topic}/${partition}/${offset}`, kind.code)
    return { key: `${n}`, value: kind === null ? text(order(n)) : kind.value(n), partition }
  })
  expect(seeded.size).toBeGreaterThan(2 * kinds.length)
  const translator = await hub.start('translator', { HUB_SOURCES: unit }), sink = await hub.start('sink', warehouse.env())
  const half = async (these: readonly NewRecord[]) => { for (let at = 0; at < these.length; at += 200) await route.producer().send(topic, these.slice(at, at + 200)) }
  await half(records.slice(0, count / 2))
  await throughAt(route, 90_000, { of: unit, topic: source })
  await warehouse.delivered()

  // The eighth kind: a schema that nobody knows. As long as the registry says nothing, that is nobody's fault but the registry's.
  await registry.stop()
  const foreign = Array.from({ length: count * share }, (_, n) => framed(n)), ends = await route.admin.topicOffsets(canonical, 'latest')
  for (const it of foreign.slice(0, 8)) await route.producer().send(canonical, [it])
  const unknown = new Set<string>(ends.flatMap((end, partition) => [`${canonical}/${partition}/${end}`, `${canonical}/${partition}/${end + 1}`]).slice(0, 8))
  expect(await saidPaused(route, sink, target)).toMatch(/^registry\.unreachable: /m)
  await half(records.slice(count / 2))
  await throughAt(route, 90_000, { of: unit, topic: source })
  expect(await rejectionsOf(route, target)).toEqual([])
  for (const it of foreign.slice(8)) await route.producer().send(canonical, [it])
  await registry.start()
  await warehouse.delivered()

  const refused = await rejectionsOf(route, unit)
  expect(refused.map(({ originTopic, originPartition, originOffset, code }) => [`${originTopic}/${originPartition}/${originOffset}`, code]).toSorted()).toEqual([...seeded].toSorted())
  expect(await booksOf(route, unit)).toEqual({ read: count, mapped: count - seeded.size, rejected: seeded.size })
  const atTarget = await rejectionsOf(route, target), distinct = new Set(atTarget.map(({ id }) => id))
  expect([atTarget.length, distinct.size, new Set(atTarget.map(({ code }) => code))]).toEqual([foreign.length, foreign.length, new Set(['record.unknown-schema'])])
  for (const place of unknown) expect(atTarget.some(({ originTopic, originPartition, originOffset }) => `${originTopic}/${originPartition}/${originOffset}` === place)).toBe(true)
  const good = count - seeded.size
  expect(tally(await receiptsAt(route, target))).toEqual({ read: 2 * good + foreign.length, applied: 2 * good, rejected: foreign.length })
  const { rows: [rows] } = await warehouse.pool.query<{ orders: number; customers: number; written: number }>('select (select count(*)::int from orders) as orders, (select count(*)::int from customers) as customers, (select count(*)::int from noted) as written')
  expect(rows).toEqual({ orders: good, customers: good, written: 2 * good })
  expect([translator.exit(), sink.exit()]).toEqual([undefined, undefined])
})
