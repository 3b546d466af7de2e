import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { privatePostgres } from '../private-stack.ts'
import { eventually, Route } from '../route.ts'
import { differences, none } from '../translated.ts'
import { Crm, noneInCrm } from './crm.ts'
import { saidPaused, saidRunning } from './told.ts'
import { allRight, Warehouse } from './warehouse.ts'

test('PostgreSQL stopped, or killed, and started while records flow: sinks pause with the reason, go on by themselves, and reject nothing', async () => {
  const hub = testHub('outage-database')
  await using database = await privatePostgres()
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await database.database('warehouse'))
  await using crm = await Crm.start(hub, route, await database.database('state'))
  const enough = new AbortController(), feeding = route.feed(Infinity, { seed: 'outage', bad: 0.01, rate: 250, signal: enough.signal })
  await hub.start('translator')
  const sink = await hub.start('sink', warehouse.env()), crmSink = await hub.start('sink', crm.env())
  await eventually(60_000, async () => { if ((await crm.effects()).length < 50) throw new Error('nothing flows') })
  for (const take of ['stop', 'kill'] as const) {
    await database[take]()
    const [said, saidByCrm] = await Promise.all([saidPaused(route, sink, 'warehouse-postgres'), saidPaused(route, crmSink, 'crm-http')])
    for (const it of [said, saidByCrm]) expect(it).toMatch(/^target\.unreachable: .*ECONNREFUSED/m)
    await sleep(2_000)
    await database.start()
    const took = await Promise.all([saidRunning(route, sink, 'warehouse-postgres'), saidRunning(route, crmSink, 'crm-http')])
    console.log(`${take}: running again after ${took.join(' and ')} ms`)
  }
  enough.abort()
  await feeding
  await route.translated()
  await Promise.all([warehouse.delivered(), crm.delivered()])
  expect([sink.exit(), crmSink.exit()]).toEqual([undefined, undefined])
  expect(await differences(route)).toEqual(none)
  expect(await warehouse.differences()).toEqual(allRight)
  expect(await crm.differences()).toEqual(noneInCrm)
})
