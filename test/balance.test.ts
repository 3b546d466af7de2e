import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { verifiedThrough } from '../services/runtime/verified.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// Translator, sink and reconciler as they run. The CRM is a target, too, and nobody feeds it.
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, env: { HUB_LEDGER_URL: string }
const target = 'warehouse-postgres'
beforeAll(async () => {
  hub = testHub('balance')
  route = await Route.provision(hub)
  env = { HUB_LEDGER_URL: await hub.createDatabase('ledger') }
  await migrate(env.HUB_LEDGER_URL)
  ledger = openLedger(env.HUB_LEDGER_URL)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
})
afterAll(async () => { await ledger.$disconnect(); await warehouse[Symbol.asyncDispose](); await route[Symbol.asyncDispose]() })

const rows = (of = target) => ledger.verified.findMany({ where: { target: of } })
const through = async (of = target) => verifiedThrough(await rows(of))

test('verified through reaches the end of a feed, without a false alarm, and not where nobody delivers', { timeout: 240_000 }, async () => {
  await hub.start('reconciler', env)
  await hub.start('translator')
  await hub.start('sink', warehouse.env())
  await route.feed(6_000, { seed: 'balance', rate: 600 })
  const sent = Date.now()
  await eventually(60_000, async () => expect(await through()).toBeGreaterThan(sent))
  console.log(await rows(), await ledger.finding.findMany(), Date.now() - sent, await ledger.block.count(), await ledger.job.findMany())
  expect(await through('crm-http')).toBeLessThan(sent)
  expect(await ledger.finding.findMany()).toEqual([])
})
