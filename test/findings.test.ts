import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding, Findings } from '../services/console/api/findings.schema.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { RecordWay } from '../services/console/api/record.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { commanding } from './commanding.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// What an operator sees of findings and of one record, by the command alone: everything as it runs, after a morning of refusals and redrives.
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, url: string
const token = randomBytes(16).toString('hex')
beforeAll(async () => {
  hub = testHub('findings')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  url = (await (await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { HUB_LEDGER_URL: database, HUB_AUDIT_PER_SECOND: '20000' })
  await hub.start('sink', warehouse.env())
  await route.feed(1_500, { seed: 'findings', bad: 0.02 })
  const yesterday = withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' }), translator = await hub.start('translator', yesterday.env, yesterday.options)
  await route.translated()
  await translator.stop()
  await hub.start('translator')
  await eventually(60_000, async () => expect((await said(['redrive', '--unit', 'shopify-orders', '--reason', 'the statuses are agreed now'])).out).toMatch(/mapped/))
  await warehouse.delivered()
}, 180_000)
afterAll(async () => { await ledger.$disconnect(); await warehouse[Symbol.asyncDispose](); await route[Symbol.asyncDispose]() })

const said = (args: readonly string[]) => commanding(url, token).said(args)
const json = <T>(...args: string[]) => commanding(url, token).json<T>(...args)
const open = async () => (await json<Status>('status')).findings

test('what was refused and redriven is no difference, and an audit by hand says what it compared', { timeout: 120_000 }, async () => {
  const { exit, out } = await said(['audit', '--source', 'shopify-orders', '--json'])
  const { command: { counts, status }, found } = JSON.parse(out) as { command: CommandState; found: Findings }
  expect({ exit, status, total: found.total }).toEqual({ exit: 0, status: 'done', total: 0 })
  const sent = [...route.sent].filter(([place]) => place.startsWith(route.names.topic('source.shopify.orders/'))).reduce((sum, [, it]) => sum + it.length, 0)
  const refused = await ledger.rejection.findMany({ where: { unit: 'shopify-orders' } }), open = refused.filter(({ status }) => status === 'open').length
  expect(refused.length).toBeGreaterThan(50)
  expect(counts).toMatchObject({ read: sent, rejected: refused.length, earlier: 0, unjudged: 0, gone: 0 })
  // A payload that even the mapping of today refuses expects nothing.
  expect(counts['expected']).toBeGreaterThan(sent - open)
  expect(await ledger.finding.count()).toBe(0)
  expect(await ledger.audit.findMany({ where: { act: 'audit' } })).toMatchObject([{ actor: 'ada', subject: 'shopify-orders', reason: 'none given', after: { read: sent } }])
  const stretch = JSON.parse((await said(['audit', '--source', 'shopify-orders', '--partition', '1', '--from', '10', '--to', '30', '--json'])).out) as { command: CommandState }
  expect(stretch.command.counts).toMatchObject({ read: 20 })
  expect((await said(['audit', '--source', 'no-such-source'])).exit).toBe(3)
})

test('a finding stands in the status, says what to do, is acknowledged and accepted with who and why', { timeout: 120_000 }, async () => {
  expect(await open()).toEqual({})
  const topic = route.names.canonical('order.v1'), [first] = (await readAll(route.kafka.control, topic)).filter(({ record }) => record.value !== null)
  await route.producer().send(topic, [{ key: first!.record.key, value: first!.record.value, headers: first!.record.headers, partition: first!.partition }])
  await eventually(60_000, async () => expect(await open()).toEqual({ 'topic.doubled': 1 }))
  expect((await said(['status'])).out).toContain('1 topic.doubled. See findings list.')

  const { findings: [one] } = await json<Findings>('findings', 'list', '--kind', 'topic'), entity = first!.record.key!.toString()
  expect(one).toMatchObject({ kind: 'topic.doubled', entity, status: 'open' })
  expect(await json<Finding>('findings', 'show', one!.id)).toMatchObject({ todo: expect.stringContaining('duplicate') as string, owner: expect.stringMatching(/./) as string, place: { canonicalTopic: topic, canonicalPartition: first!.partition }, acts: [] })
  expect((await said(['findings', 'list'])).exit).toBe(3)
  expect(await said(['findings', 'accept', one!.id])).toMatchObject({ exit: 2, err: expect.stringContaining('--reason') as string })
  expect(await said(['findings', 'show', 'nothing'])).toMatchObject({ exit: 1, err: expect.stringContaining('finding.unknown') as string })

  expect((await said(['findings', 'acknowledge', one!.id, '--reason', 'asked who has written it'])).exit).toBe(0)
  expect(await open()).toEqual({})
  expect((await said(['findings', 'accept', one!.id, '--reason', 'a test of ours, ticket 12'])).out).toContain('It is accepted.')
  expect(await json<Finding>('findings', 'show', one!.id)).toMatchObject({ status: 'accepted', acts: [{ act: 'acknowledge', actor: 'ada' }, { act: 'accept', reason: 'a test of ours, ticket 12' }] })
  expect(await ledger.audit.findMany({ where: { subject: one!.id }, orderBy: { id: 'asc' } })).toMatchObject([{ before: { status: 'open' }, after: { status: 'acknowledged' } }, { before: { status: 'acknowledged' }, after: { status: 'accepted' } }])
  expect(await json<CommandState>('findings', 'accept', one!.id, '--reason', 'once more')).toMatchObject({ detail: expect.stringContaining('accepted already') as string })
  // Seen again as it is, it stays accepted.
  const again = JSON.parse((await said(['audit', '--source', one!.unit, '--json'])).out) as { found: Findings }
  expect(again.found.total).toBe(0)
  expect(await ledger.finding.findMany({ where: { id: one!.id } })).toMatchObject([{ status: 'accepted' }])
})

test('a record\'s whole way: where each state came from, when each target had it, what was refused, redriven and found, and no value', { timeout: 120_000 }, async () => {
  const topic = route.names.canonical('order.v1'), ids = new Set((await ledger.rejection.findMany({ where: { unit: 'shopify-orders', outcome: 'mapped' } })).map(({ entity }) => entity))
  const { record, partition } = (await readAll(route.kafka.control, topic)).find((it) => ids.has(it.record.key!.toString()))!, entity = record.key!.toString()
  await eventually(60_000, async () => expect((await json<RecordWay>('record', entity)).states.every(({ targets }) => targets.find(({ target }) => target === 'warehouse-postgres')?.at !== null)).toBe(true))
  const way = await json<RecordWay>('record', entity), state = way.states.find(({ model, canonical }) => model === 'order.v1' && canonical.offset === record.offset)
  expect(state).toMatchObject({ canonical: { topic, partition, offset: record.offset }, source: 'shopify-orders', mappingIs: 'today', revision: 0, translatedAt: expect.stringMatching(/^20/) as string })
  expect(way.rejections.flatMap(({ redrives }) => redrives)).toContainEqual({ act: 'redrive', actor: 'ada', at: expect.stringMatching(/^20/) as string, outcome: 'mapped' })
  expect(way.before).toBeNull()
  expect((await json<RecordWay>('record', state!.effectKey)).looked).toMatchObject([{ model: 'order.v1', partition }])
  const sent = JSON.parse([...route.sent.get(`${state!.origin!.topic}/${state!.origin!.partition}`)!][state!.origin!.offset]!.value!.toString()) as { email: string }
  const { out } = await said(['record', entity, '--model', 'order.v1'])
  expect(out).toContain('through at warehouse-postgres')
  expect(out).not.toContain(sent.email)

  const { states, looked, before } = await json<RecordWay>('record', entity, '--model', 'order.v1', '--last', '5')
  expect(looked[0]!.until - looked[0]!.from).toBe(5)
  const older = await json<RecordWay>('record', entity, '--model', 'order.v1', '--before', before!)
  expect([...states, ...older.states].map(({ canonical }) => canonical.offset)).toEqual(way.states.filter(({ model }) => model === 'order.v1').map(({ canonical }) => canonical.offset).toSorted((a, b) => b - a))
  expect((await said(['record', 'shopify:no-such-order'])).exit).toBe(3)
})
