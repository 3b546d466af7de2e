import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { receiptCodec, rejectionCodec } from '../canonical/codec.ts'
import type { Micros } from '../canonical/micros.ts'
import type { Receipt, Rejection } from '../canonical/models.generated.ts'
import { schemaText } from '../canonical/schemas.ts'
import { Producer } from '../services/runtime/kafka/producer.ts'
import { intervalBreaks } from '../services/runtime/ledger/interval-breaks.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { Registry } from '../services/runtime/registry.ts'
import { eventually, Route } from './route.ts'
import { testHub, type TestHub } from './hub.ts'

// The reconciler as it runs, from dist/, on Kafka, registry and PostgreSQL.
let hub: TestHub, route: Route, ledger: Ledger, env: { HUB_LEDGER_URL: string }, producer: Producer, registry: Registry
beforeAll(async () => {
  hub = testHub('books')
  route = await Route.provision(hub)
  env = { HUB_LEDGER_URL: await hub.createDatabase('ledger') }
  await migrate(env.HUB_LEDGER_URL)
  ledger = openLedger(env.HUB_LEDGER_URL)
  producer = new Producer(route.kafka)
  registry = new Registry(hub.registryUrl)
})
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose]() })

const now = () => (Date.now() * 1000) as Micros
const idOf = (topic: string, schema: string) => registry.idOf(route.names.subject(topic), schemaText(schema))

/** Receipt number `n` of a partition: the offsets from 10n to 10n + 9, with each hash sum 1. */
const receipt = (n: number, partition: number): Receipt => ({
  stage: 'TRANSLATE', unit: 'shopify-orders', instance: 'one', topic: 'source.a', topicId: 'T', partition, from: n * 10, next: n * 10 + 10, revision: 0, mapping: 'm', at: now(), newest: now(), oldest: now(),
  entries: [{ originTopic: 'source.a', originPartition: partition, block: Math.floor((n * 10) / 4096), model: null, outcome: 'mapped', reason: null, count: 10, hashSum: Buffer.from('0000000000000001', 'hex'), totals: {} }], answers: [],
})

test('receipts are counted once, whoever kills the reconciler and however often they are published', { timeout: 240_000 }, async () => {
  const codec = receiptCodec(), id = await idOf(route.names.receipts, 'receipt.v1')
  const publish = (receipts: readonly Receipt[]) => producer.send(route.names.receipts, receipts.map((it) => ({ key: null, value: Buffer.from(codec.encode(id, it)), partition: it.partition })))
  const perPartition = 600, batch = 20
  const feeding = (async () => {
    for (let n = 0; n < perPartition; n += batch) {
      const range = Array.from({ length: batch }, (_, i) => n + i)
      // Each batch comes with the last ones of the batch before it once more, as a sink's outbox may publish it.
      const again = Array.from({ length: Math.min(5, n) }, (_, i) => n - 1 - i)
      for (const partition of [0, 1, 2, 3]) await publish([...range, ...again].map((it) => receipt(it, partition)))
      await sleep(100)
    }
  })()
  let reconciler = await hub.start('reconciler', { ...env, HUB_INSTANCE: 'reconciler-0' })
  for (let kill = 0; kill < 5; kill++) {
    await sleep(300 + Math.random() * 900)
    reconciler.kill('SIGKILL')
    await reconciler.exited
    reconciler = await hub.start('reconciler', { ...env, HUB_INSTANCE: 'reconciler-0' })
  }
  await feeding
  await eventually(60_000, async () => expect(await ledger.receipt.count()).toBe(4 * perPartition))
  const blocks = await ledger.blockCount.findMany()
  expect(blocks.reduce((sum, { count }) => sum + count, 0n)).toBe(BigInt(4 * perPartition * 10))
  expect(blocks.reduce((sum, { hashSum }) => sum + Number(hashSum), 0)).toBe(4 * perPartition)
  expect(await intervalBreaks(ledger)).toEqual([])
  await reconciler.stop()
})

test('states, rejections and a hole in the books are found in the ledger, in the metrics and in no way with the bytes of a record', { timeout: 180_000 }, async () => {
  const codec = rejectionCodec(), receipts = receiptCodec()
  const rejected = route.names.rejected('shopify-orders')
  const rejection: Rejection = {
    id: 'translate:T/0/7', stage: 'TRANSLATE', unit: 'shopify-orders', code: 'value.not-agreed', says: 'No agreed meaning.', problems: [], group: 'g', entity: null, version: null, mapping: 'm', schemaId: null,
    originTopic: 'source.a', originTopicId: 'T', originPartition: 0, originOffset: 7, originTime: now(), at: now(), attempt: 1, traceparent: null, key: null, value: Buffer.from('a person'), headers: [],
  }
  await producer.send(rejected, [{ key: null, value: codec.encode(await idOf(rejected, 'rejection.v1'), rejection), partition: 0 }])
  const state = { unit: 'shopify-orders', stage: 'translate', topic: 'source.a', partition: 0, state: 'running', code: null, reason: null, position: 6000, instance: 'one', at: new Date().toISOString() }
  await producer.send(route.names.states, [{ key: 'shopify-orders/source.a/0', value: JSON.stringify(state) }, { key: 'strange', value: 'no state' }])
  await producer.send(route.names.receipts, [{ key: null, value: receipts.encode(await idOf(route.names.receipts, 'receipt.v1'), receipt(700, 1)), partition: 1 }])

  await using reconciler = { ...await hub.start('reconciler', env), async [Symbol.asyncDispose]() { await this.stop() } }
  await reconciler.ready()
  await eventually(60_000, async () => {
    expect(await ledger.unitState.findMany()).toMatchObject([{ unit: 'shopify-orders', state: 'running', position: 6000n }])
    expect(await ledger.rejection.findMany()).toMatchObject([{ id: rejection.id, code: 'value.not-agreed', originOffset: 7n }])
    expect(await intervalBreaks(ledger)).toMatchObject([{ kind: 'gap', partition: 1, from: 6000n, next: 7000n }])
  })
  await eventually(60_000, async () => expect(await (await fetch(`${reconciler.url}/metrics`)).text()).toMatch(/hub_books_breaks\S*\{[^}]*hub_kind="gap"[^}]*\} 1/))
})
