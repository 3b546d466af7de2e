import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import { effectKey } from '../../canonical/key.ts'
import { createDatabase } from '../../deploy/local/postgres.ts'
import { testHub } from '../hub.ts'
import { privateRegistry } from '../private-stack.ts'
import { eventually, Route } from '../route.ts'
import { differences, none } from '../translated.ts'
import { Crm, noneInCrm } from './crm.ts'
import { saidPaused, saidRunning } from './told.ts'
import { allRight, Warehouse } from './warehouse.ts'

const registryOf = async (name: string) => privateRegistry(await createDatabase(inject('stack').postgresPort, `${name}-${process.pid}`))

test('the registry away while records flow: who knows its schemas goes on; who is started meanwhile pauses with the reason, and goes on by itself', async () => {
  await using registry = await registryOf('registry-flow')
  const hub = testHub('outage-registry', { registryUrl: registry.url })
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  await using crm = await Crm.start(hub, route, await hub.createDatabase('state'))
  const feeding = route.feed(8_000, { seed: 'registry', bad: 0.01, rate: 250 })
  const first = await hub.start('translator'), sink = await hub.start('sink', warehouse.env())
  const rows = async () => (await warehouse.pool.query<{ n: number }>('select count(*)::int as n from noted')).rows[0]!.n
  await eventually(60_000, async () => { if (await rows() < 1_000) throw new Error('nothing flows') })
  await registry.stop()
  const before = await rows()
  await eventually(30_000, async () => { if (await rows() < before + 300) throw new Error('nothing flows any more') })

  await first.stop()
  const second = await hub.start('translator'), crmSink = await hub.start('sink', crm.env())
  for (const it of await Promise.all([saidPaused(route, second, 'shopify-orders'), saidPaused(route, crmSink, 'crm-http')])) expect(it).toMatch(/^registry\.(no_id|unreachable): /)
  await sleep(2_000)
  await registry.start()
  const took = await Promise.all([saidRunning(route, second, 'shopify-orders'), saidRunning(route, crmSink, 'crm-http')])
  console.log(`running again after ${took.join(' and ')} ms`)
  await feeding
  await route.translated()
  await Promise.all([warehouse.delivered(), crm.delivered()])
  expect([second.exit(), sink.exit(), crmSink.exit()]).toEqual([undefined, undefined, undefined])
  expect(await differences(route)).toEqual(none)
  expect(await warehouse.differences()).toEqual(allRight)
  expect(await crm.differences()).toEqual(noneInCrm)
})

test('a sink that meets a schema it does not know while the registry is away waits for it and rejects nothing', async () => {
  await using registry = await registryOf('registry-unknown')
  const hub = testHub('outage-schema', { registryUrl: registry.url })
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const sink = await hub.start('sink', warehouse.env())
  // Deletes carry no schema: with them the sink learns the schemas of its own records, and none of the models'.
  const topic = route.names.canonical('product.v1'), entity = 'sample:never-there'
  await route.producer().send(topic, [{ key: entity, value: null, headers: {
    ce_id: effectKey({ model: 'product.v1', entity, version: 1, revision: 0, hash: 0n }), ce_source: '/tributary/sample', ce_type: 'product.v1', ce_time: '2026-03-01T12:00:00.000001Z',
    hub_version: '1', hub_revision: '0', hub_origin: 'source.sample/0/0',
  } }])
  await warehouse.delivered()
  // It sleeps while the translator writes with a registry that is there.
  sink.kill('SIGSTOP')
  await route.feed(2_000, { seed: 'unknown', bad: 0.01 })
  const translator = await hub.start('translator')
  await route.translated()
  await translator.stop()
  await registry.stop()
  sink.kill('SIGCONT')
  expect(await saidPaused(route, sink, 'warehouse-postgres')).toMatch(/^registry\.unreachable: /m)
  await sleep(2_000)
  await registry.start()
  console.log(`running again after ${await saidRunning(route, sink, 'warehouse-postgres')} ms`)
  await warehouse.delivered()
  expect(await warehouse.differences()).toEqual(allRight)
})
