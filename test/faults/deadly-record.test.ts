import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejectionCodec } from '../../canonical/codec.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import { sourcesFolder } from '../../services/translator/sources/generate.ts'
import { testHub, type TestHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { withInstead } from './stepped.ts'

let hub: TestHub, route: Route
beforeAll(async () => {
  hub = testHub('deadly')
  route = await Route.provision(hub)
})
afterAll(() => route[Symbol.asyncDispose]())

const unit = 'shopify-orders'
const order = JSON.parse(readFileSync(join(sourcesFolder, unit, 'samples', 'an-order-and-its-customer.in.json'), 'utf8')) as object
const source = () => route.names.topic('source.shopify.orders')
/** Orders of 300 ids, one of which nobody survives. */
const sent = new Map<number, number>()
const send = (partition: number, deadly: number) => {
  sent.set(partition, (sent.get(partition) ?? 0) + 300)
  return route.producer().send(source(), Array.from({ length: 300 }, (_, at) => ({ partition, key: `${at}`, value: JSON.stringify({ ...order, id: 5_000 + at, ...(at === deadly ? { note: 'deadly' } : {}) }) })))
}
const position = async (partition: number) => (await route.admin.groupOffsets(route.names.translatorGroup(unit))).find((it) => it.topic === source() && it.partition === partition)?.offset ?? 0
const refused = async () => (await readAll(route.kafka.control, route.names.rejected(unit))).map(({ record }) => rejectionCodec().decode(record.value!, () => schemaText('rejection.v1')))
const orders = async () => (await readAll(route.kafka.control, route.names.canonical('order.v1'))).length

/** Starts the translator anew each time that it dies, as a supervisor does; answers how often it died. */
async function supervised(swaps: Record<string, string>, atMost: number, through: () => Promise<boolean>): Promise<number> {
  const { env, options } = withInstead({ 'canonical/source.js': 'deadly-source.js', ...swaps })
  for (let deaths = 0; ; deaths++) {
    const translator = await hub.start('translator', { ...env, HUB_SOURCES: unit, HUB_INSTANCE: 'one', HUB_CHUNK_RECORDS: '100' }, options)
    while (!translator.exit()) {
      if (await through()) { await translator.stop(); return deaths }
      await new Promise((resolve) => { setTimeout(resolve, 50) })
    }
    if (deaths + 1 >= atMost) return deaths + 1
  }
}

test('a record that kills the process is set aside after three tries of its own, and its neighbours go on', { timeout: 180_000 }, async () => {
  await send(0, 137)
  await send(1, Infinity)
  const deaths = await supervised({}, 8, async () => (await position(0)) === 300 && (await position(1)) === 300)
  expect(deaths).toBeLessThanOrEqual(5)
  expect((await refused()).map(({ code, originPartition, originOffset, value }) => [code, originPartition, originOffset, value!.toString().includes('deadly')])).toEqual([['stage.killed_process', 0, 137, true]])
  expect(await orders()).toBe(599)
})

test('killed again and again where nothing is deadly, a translator sets nothing aside', { timeout: 180_000 }, async () => {
  const before = (await refused()).length
  for (let kill = 0; kill < 6; kill++) {
    await send(2, Infinity)
    const translator = await hub.start('translator', { HUB_SOURCES: unit, HUB_INSTANCE: 'one', HUB_CHUNK_RECORDS: '20' })
    const stood = await position(2)
    await eventually(30_000, async () => expect(await position(2)).toBeGreaterThan(stood))
    translator.kill('SIGKILL')
    await translator.exited
  }
  expect((await refused()).slice(before).map(({ code, originPartition, originOffset }) => `${code} ${originPartition}/${originOffset}`)).toEqual([])
})

test('two processes that fence each other again and again set nothing aside', { timeout: 180_000 }, async () => {
  const before = (await refused()).length
  await send(2, Infinity)
  const env = { HUB_SOURCES: unit, HUB_CHUNK_RECORDS: '1' }, end = sent.get(2)!
  let starts = 0
  const both = [await hub.start('translator', { ...env, HUB_INSTANCE: 'one' })]
  while ((await position(2)) < end) {
    // The newer one of two that claim to be the same takes the lease; the older one is told, and leaves.
    // One that was sent away before it was up is no matter here.
    await hub.start('translator', { ...env, HUB_INSTANCE: 'one' }).then((it) => both.push(it), () => {})
    starts++
    if (starts > 8) break
  }
  await eventually(60_000, async () => expect(await position(2)).toBe(end))
  await Promise.all(both.map((it) => it.stop()))
  expect((await refused()).slice(before).map(({ code, originPartition, originOffset }) => `${code} ${originPartition}/${originOffset}`)).toEqual([])
})

test('without noting what is tried, the partition never comes past such a record', { timeout: 180_000 }, async () => {
  await send(3, 50)
  expect(await supervised({ 'services/runtime/kafka/suspects.js': 'no-suspects.js' }, 7, async () => (await position(3)) === 300)).toBe(7)
  expect(await position(3)).toBeLessThanOrEqual(50)
})
