import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Ledger } from '../services/runtime/ledger/ledger.ts'
import { commanding } from './commanding.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub } from './hub.ts'
import { ledgerOf } from './new-ledger.ts'
import { ordered } from './ordered.ts'
import { eventually, Route } from './route.ts'

/** What the books say, without when and by whom it was written down. */
async function books(ledger: Ledger) {
  const [counts, rejections, spans] = await Promise.all([
    ledger.blockCount.findMany({ orderBy: [{ stage: 'asc' }, { unit: 'asc' }, { originTopic: 'asc' }, { originPartition: 'asc' }, { block: 'asc' }, { model: 'asc' }, { outcome: 'asc' }, { reason: 'asc' }] }),
    ledger.rejection.findMany({ orderBy: { id: 'asc' }, select: { id: true, code: true, group: true, entity: true, status: true, outcome: true, attempt: true } }),
    ledger.span.findMany({ orderBy: [{ stage: 'asc' }, { unit: 'asc' }, { topicId: 'asc' }, { partition: 'asc' }, { from: 'asc' }], select: { stage: true, unit: true, topicId: true, partition: true, from: true, next: true } }),
  ])
  return { counts: counts.map((it) => ({ ...it, hashSum: it.hashSum.toFixed() })), rejections, spans }
}

test('a ledger that is lost is written anew from the topics, and says the same: books, rejections and what is proven', { timeout: 240_000 }, async () => {
  const hub = testHub('restore')
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const token = randomBytes(16).toString('hex'), targets = warehouse.env()
  const first = await ledgerOf(hub, 'first'), second = await ledgerOf(hub, 'second')
  const reconciler = await hub.start('reconciler', { ...targets, HUB_LEDGER_URL: first.url })
  await hub.start('sink', targets)
  await hub.start('translator')
  await route.feed(3_000, { seed: 'restore', bad: 0.02 })
  await route.translated()
  await warehouse.delivered()
  // Some of what was refused is given up: what people did comes from the topics too.
  await eventually(60_000, async () => expect(await first.ledger.rejection.count({ where: { unit: 'shopify-orders', status: 'open' } })).toBeGreaterThan(3))
  await ordered(hub, route, { act: 'discard', selection: { ids: null, unit: 'shopify-orders', group: null, code: null, entity: null, since: null, until: null } })
  await eventually(60_000, async () => expect(await first.ledger.rejection.count({ where: { unit: 'shopify-orders', status: 'closed', outcome: 'discarded' } })).toBeGreaterThan(3))
  const proven = () => ['verified', '--target', 'warehouse-postgres', '--at', new Date().toISOString(), '--wait', '--timeout', '90s']
  const consoleOf = async (ledgerUrl: string) => commanding((await (await hub.start('console', { HUB_LEDGER_URL: ledgerUrl, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!, token)
  expect((await (await consoleOf(first.url)).said(proven())).exit).toBe(0)
  await reconciler.stop()
  const before = await books(first.ledger)
  expect([before.counts.length > 50, before.rejections.length > 20]).toEqual([true, true])

  await hub.start('reconciler', { ...targets, HUB_LEDGER_URL: second.url })
  expect((await (await consoleOf(second.url)).said(proven())).exit).toBe(0)
  await eventually(60_000, async () => expect(await books(second.ledger)).toEqual(before))
  expect(await second.ledger.finding.count()).toBe(0)
  // Nothing that people had asked for was done a second time.
  expect(await second.ledger.audit.count()).toBe(await first.ledger.audit.count())
  await Promise.all([first.ledger.$disconnect(), second.ledger.$disconnect()])
})
