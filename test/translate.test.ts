import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { rejectionCodec } from '../canonical/codec.ts'
import { schemaText } from '../canonical/schemas.ts'
import { project } from '../deploy/local/project.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { testHub } from './hub.ts'
import { eventually, Route } from './route.ts'
import { differences, none } from './translated.ts'

test('every record of six sources comes out once, in order, or is rejected with its bytes, and the books say so', async () => {
  const hub = testHub('translate')
  await using route = await Route.provision(hub)
  await route.feed(20_000, { seed: 'translate', bad: 0.01 })
  const translator = await hub.start('translator')
  await translator.ready()
  await route.translated()
  expect(await differences(route)).toEqual(none)
})

test('a trace goes on through translation, into canonical records and rejections alike', async () => {
  const hub = testHub('trace')
  await using route = await Route.provision(hub)
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', topic = route.names.topic('source.inventory.stock')
  const sample = readFileSync(join(project, 'services/translator/sources/inventory-stock/samples/pieces-on-hand.in.json'))
  await route.producer().send(topic, [
    { key: 'good', value: sample, headers: { traceparent: trace }, partition: 0 }, { key: 'bad', value: '{', headers: { traceparent: trace }, partition: 0 },
    { key: 'bad', value: '[', headers: { traceparent: 'no trace' }, partition: 0 },
  ])
  await hub.start('translator', { HUB_SOURCES: 'inventory-stock' })
  const written = await eventually(60_000, async () => {
    const found = await readAll(route.kafka.control, route.names.canonical('stock-level.v1'))
    if (found.length === 0) throw new Error('nothing is translated yet')
    return found
  })
  expect(written.map(({ record }) => record.headers.find(({ name }) => name === 'traceparent')?.value?.toString())).toEqual([trace])
  const rejected = (await readAll(route.kafka.control, route.names.rejected('inventory-stock'))).map(({ record }) => rejectionCodec().decode(record.value!, () => schemaText('rejection.v1')))
  expect(rejected.map(({ traceparent, code }) => [traceparent, code])).toEqual([[trace, 'payload.not-json'], [null, 'payload.not-json']])
})

test('a translator may run some of the sources; a name that is none ends it with the names there are', async () => {
  const hub = testHub('some')
  await using route = await Route.provision(hub)
  await route.feed(500, { seed: 'some' })
  const translator = await hub.start('translator', { HUB_SOURCES: 'stripe-events,inventory-stock' })
  await eventually(60_000, async () => { if ((await route.admin.groupOffsets(route.names.translatorGroup('stripe-events'))).length === 0) throw new Error('not yet') })
  expect(await route.admin.groupOffsets(route.names.translatorGroup('shopify-orders'))).toEqual([])
  expect(translator.entries().filter((it) => it['event'] === 'unit.state').map((it) => it['unit']).filter((it) => it !== 'stripe-events' && it !== 'inventory-stock')).toEqual([])
  await expect(hub.start('translator', { HUB_SOURCES: 'shopify' })).rejects.toThrow(/HUB_SOURCES names shopify; there are .*shopify-orders/)
})
