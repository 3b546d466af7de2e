import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { retireReceipts } from '../services/reconciler/books/retire-receipts.ts'
import { intervalBreaks } from '../services/runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../services/runtime/ledger/ledger.ts'
import { commanding } from './commanding.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub } from './hub.ts'
import { ledgerOf } from './new-ledger.ts'
import { eventually, Route } from './route.ts'

const target = 'warehouse-postgres'

/** A copy of a database, as a backup is: whoever is connected is sent away first. */
async function copyDatabase(fromUrl: string, to: string): Promise<void> {
  const from = decodeURIComponent(new URL(fromUrl).pathname.slice(1)), admin = new pg.Client({ connectionString: Object.assign(new URL(fromUrl), { pathname: '/postgres' }).href })
  await admin.connect()
  await admin.query(`drop database if exists "${to}" with (force)`)
  await eventually(20_000, async () => {
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from])
    await admin.query(`create database "${to}" template "${from}"`)
  })
  await admin.end()
}
const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1))

/** What the books say of the target, outcomes apart: a second delivery reduces other chunks. */
const readBy = async (ledger: Ledger) => (await ledger.blockCount.findMany({ where: { stage: 'deliver', unit: target, outcome: 'read' }, orderBy: [{ originTopic: 'asc' }, { originPartition: 'asc' }, { block: 'asc' }, { model: 'asc' }] }))
  .map(({ originTopic, originPartition, block, model, count, hashSum, totals }) => ({ originTopic, originPartition, block, model, count, hashSum: hashSum.toFixed(), totals }))

test('a target restored from a backup is not proven any more until it is given again what it lost, and then all books are as before', { timeout: 300_000 }, async () => {
  const hub = testHub('restored')
  await using route = await Route.provision(hub)
  const url = await hub.createDatabase('warehouse'), backup = `${nameOf(url)}-backup`, token = randomBytes(16).toString('hex')
  await using warehouse = await Warehouse.open(route, url)
  const targets = warehouse.env(), gateAt = (at: string) => ['verified', '--target', target, '--at', at]
  const first = await ledgerOf(hub, 'first'), control = await ledgerOf(hub, 'control'), anew = await ledgerOf(hub, 'anew')
  const reconciler = await hub.start('reconciler', { ...targets, HUB_LEDGER_URL: first.url, HUB_AUDIT_TARGETS_EVERY_MS: '1000', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' })
  const { said } = commanding((await (await hub.start('console', { HUB_LEDGER_URL: first.url, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!, token)
  await hub.start('translator')

  // Yesterday: a backup in the middle of a feed.
  let sink = await hub.start('sink', targets)
  const feeding = route.feed(5_000, { seed: 'restored', bad: 0.01, rate: 700 })
  await sleep(3_000)
  await sink.stop()
  await copyDatabase(url, backup)
  sink = await hub.start('sink', targets)
  await feeding
  await route.translated()
  await warehouse.delivered()
  const fed = new Date().toISOString()
  expect((await said([...gateAt(fed), '--wait', '--timeout', '90s'])).exit).toBe(0)
  const before = await readBy(first.ledger)
  expect(before.length).toBeGreaterThan(10)

  // Old receipts are not kept one by one; their topic has them.
  expect(await retireReceipts(first.ledger, new Date())).toBeGreaterThan(20)

  // Today: the database is that of yesterday. A sink that dies on the way back shows that what is not there yet is not claimed.
  sink.kill('SIGKILL')
  await sink.exited
  await copyDatabase(url.replace(nameOf(url), backup), nameOf(url))
  const slow = await hub.start('sink', { ...targets, HUB_CHUNK_RECORDS: '1' })
  await reconciler.logged(/books.target_went_back/)
  slow.kill('SIGKILL')
  await slow.exited
  await eventually(20_000, async () => expect((await said(gateAt(fed))).exit).toBe(3))
  await sleep(5_000)
  expect((await said(gateAt(fed))).exit).toBe(3)

  await hub.start('sink', targets)
  await warehouse.delivered()
  expect((await said([...gateAt(fed), '--wait', '--timeout', '90s'])).exit).toBe(0)
  expect(await readBy(first.ledger)).toEqual(before)
  expect(await intervalBreaks(first.ledger)).toEqual([])
  expect((await warehouse.differences()).rows).toEqual([])
  const audited = new Date()
  await eventually(60_000, async () => expect((await first.ledger.job.findMany({ where: { name: { contains: target } } })).some(({ cursor }) => JSON.stringify(cursor).includes(audited.toISOString().slice(0, 16)))).toBe(true))
  expect(await first.ledger.finding.findMany()).toEqual([])

  // The guard out: a reconciler for which no target goes back counts everything twice.
  await reconciler.stop()
  const blind = withInstead({ 'services/reconciler/books/went-back.js': 'never-back.js' }, { ...targets, HUB_LEDGER_URL: control.url })
  const double = await hub.start('reconciler', blind.env, blind.options)
  await eventually(60_000, async () => {
    expect((await readBy(control.ledger)).length).toBe(before.length)
    expect((await intervalBreaks(control.ledger)).length).toBeGreaterThan(0)
  })
  expect(await readBy(control.ledger)).not.toEqual(before)

  // And a ledger that is written anew goes back where the target went back.
  await double.stop()
  await hub.start('reconciler', { ...targets, HUB_LEDGER_URL: anew.url })
  await eventually(60_000, async () => expect(await readBy(anew.ledger)).toEqual(before))
  await Promise.all([first, control, anew].map(({ ledger }) => ledger.$disconnect()))
})
