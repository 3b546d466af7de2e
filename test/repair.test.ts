import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding, Findings } from '../services/console/api/findings.schema.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { commanding } from './commanding.ts'
import { allRight, Warehouse } from './faults/warehouse.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { eventually, Route } from './route.ts'

// Differences that hands and a faulty translator have made, mended by the command alone: every program as it runs.
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, sink: TestProgram, url: string, leftOut = 0
const token = randomBytes(16).toString('hex')
beforeAll(async () => {
  hub = testHub('repair')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  url = (await (await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { ...warehouse.env(), HUB_LEDGER_URL: database, HUB_AUDIT_PER_SECOND: '20000', HUB_AUDIT_TARGETS_EVERY_MS: '500', HUB_AUDIT_TARGETS_PER_SECOND: '1000000' })
  sink = await hub.start('sink', warehouse.env())
  const leaving = withInstead({ 'services/runtime/kafka/output.js': 'mutating-output.js' }, { TEST_SKIPS_ONE_IN: '400' }), translator = await hub.start('translator', leaving.env, leaving.options)
  await route.feed(1_200, { seed: 'repair', bad: 0 })
  await route.translated()
  await translator.stop()
  leftOut = translator.entries().filter(({ event }) => event === 'test.mutated').length
  await hub.start('translator')
  await warehouse.delivered()
}, 180_000)
afterAll(async () => { await ledger.$disconnect(); await warehouse[Symbol.asyncDispose](); await route[Symbol.asyncDispose]() })

const said = (args: readonly string[]) => commanding(url, token).said(args)
const json = <T>(...args: string[]) => commanding(url, token).json<T>(...args)
const found = async (kind: string) => (await json<Findings>('findings', 'list', '--kind', kind)).findings
const repair = async (id: string) => { const { exit, out } = await said(['repair', id, '--reason', 'the hub is right', '--json']); return { exit, state: JSON.parse(out) as CommandState } }
const becomes = (id: string, status: string) => eventually(60_000, async () => expect(await json<Finding>('findings', 'show', id)).toMatchObject({ id, status }))
const rows = async (sql: string, ...values: unknown[]) => (await warehouse.pool.query<Record<string, unknown>>(sql, values)).rows

test('what a translator has left out is named, sent by a repair, and repaired when the next audit sees it', { timeout: 180_000 }, async () => {
  const missing = await eventually(60_000, async () => { const it = await found('topic.missing'); expect(it).toHaveLength(leftOut); return it })
  const before = await warehouse.differences()
  for (const { id } of missing) expect(await repair(id)).toMatchObject({ exit: 0, state: { status: 'done', detail: '1 republished' } })
  for (const { id } of missing) await becomes(id, 'repaired')
  await warehouse.delivered()
  expect(before.rows).not.toEqual([])
  const { rows: wrong, sums } = await warehouse.differences()
  expect({ rows: wrong, sums }).toEqual({ rows: allRight.rows, sums: allRight.sums })
})

test('what hands did in a target is sent once more with a raised revision; it counts as repaired when the next audit agrees, and not before', { timeout: 180_000 }, async () => {
  const [deleted, edited, stale] = (await rows('select entity from orders where revision = 0 order by entity limit 3')).map(({ entity }) => entity as string) as [string, string, string]
  const saved = await rows('select * from orders where entity = any($1) order by entity', [deleted, edited, stale])
  await rows('delete from orders where entity = $1', deleted)
  await rows('update orders set total = total + 1 where entity = $1', edited)
  await rows(`update orders set version = version - 1, status = 'FAILED' where entity = $1`, stale)
  await rows(`insert into products (entity, effect_key, version, revision, origin_topic, origin_partition, origin_offset, id, title, tags) values ('by-hand:1', 'k', 1, 0, 't', 0, 0, '1', 'x', '{}')`)
  const those = await eventually(60_000, async () => { const it = await found('target'); expect(it.map(({ kind, entity }) => `${kind} ${entity}`).sort()).toEqual([`target.differs ${edited}`, `target.missing ${deleted}`, `target.stale ${stale}`, 'target.surplus by-hand:1'].sort()); return it })
  const surplus = those.find(({ kind }) => kind === 'target.surplus')!, mendable = those.filter((it) => it !== surplus)

  expect((await said(['repair', mendable[0]!.id, '--dry-run'])).out).toMatch(/A repair would send the source record behind .*canonical\.order\.v1/)
  expect(await ledger.command.count({ where: { act: 'repair', subject: mendable[0]!.id } })).toBe(0)
  await sink.stop()
  for (const { id } of mendable) expect(await repair(id)).toMatchObject({ exit: 0, state: { detail: '1 republished' } })
  const since = new Date()
  await eventually(60_000, async () => { for (const { id } of mendable) expect(await ledger.finding.findUnique({ where: { id } })).toMatchObject({ status: 'repairing', lastSeen: expect.toSatisfy((at: Date) => at > since) as Date }) })
  expect((await repair(mendable[0]!.id)).state).toMatchObject({ status: 'done', detail: 'It is repairing; nothing was changed.', claimed: 0 })

  sink = await hub.start('sink', warehouse.env())
  for (const { id } of mendable) await becomes(id, 'repaired')
  const mended = await rows('select * from orders where entity = any($1) order by entity', [deleted, edited, stale])
  expect(mended.map(({ revision: _revision, effect_key: _key, ...it }) => it)).toEqual(saved.map(({ revision: _revision, effect_key: _key, ...it }) => it))
  expect(mended.map(({ revision }) => revision)).toEqual([1, 1, 1])

  expect((await repair(surplus.id)).state.detail).toMatch(/^Sending again does not mend target\.surplus/)
  expect((await repair('nothing')).state.detail).toBe('There is no finding nothing; nothing was changed.')
  expect((await ledger.finding.findUnique({ where: { id: surplus.id } }))?.status).toBe('open')
  expect(await ledger.audit.findMany({ where: { act: 'repair', subject: mendable[0]!.id }, orderBy: { id: 'asc' } })).toMatchObject([{ actor: 'ada', reason: 'the hub is right', before: { kind: mendable[0]!.kind }, after: { republished: 1 } }, { before: { status: 'repairing' } }])
})

test('a repair that did not help is open again', async () => {
  const [edited] = (await rows('select entity from orders where revision = 0 order by entity limit 1')).map(({ entity }) => entity as string) as [string]
  await rows('update orders set total = total + 1 where entity = $1', edited)
  const [finding] = await eventually(60_000, async () => { const it = await found('target.differs'); expect(it).toHaveLength(1); return it })
  const { state: { id: command } } = await repair(finding!.id)
  await becomes(finding!.id, 'repaired')
  // The hand again, while the ledger still believes that the repair of two minutes ago is on its way.
  await rows('update orders set total = total + 1 where entity = $1', edited)
  await ledger.command.update({ where: { id: command }, data: { endedAt: new Date(Date.now() - 120_000) } })
  await ledger.finding.update({ where: { id: finding!.id }, data: { status: 'repairing', command } })
  await becomes(finding!.id, 'open')
})
