import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Forecast, Groups, Rejection, Rejections } from '../services/console/api/rejections.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// What an operator does on a bad morning, by the command alone: console, reconciler and translator as they run.
let hub: TestHub, route: Route, ledger: Ledger, url: string
const token = randomBytes(16).toString('hex'), rawToken = randomBytes(16).toString('hex')
beforeAll(async () => {
  hub = testHub('morning')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  const started = await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_RAW_TOKEN: rawToken, HUB_CONSOLE_PORT: '0' })
  url = (await started.logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { HUB_LEDGER_URL: database })
  await route.feed(1_500, { seed: 'morning', bad: 0.04 })
  const yesterday = withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' }), translator = await hub.start('translator', yesterday.env, yesterday.options)
  await route.translated()
  await translator.stop()
}, 120_000)
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose]() })

async function said(args: readonly string[], as = token) {
  let out = '', err = ''
  const exit = await runCommand([...args, '--url', url, '--token', as], { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env: { HUB_ACTOR: 'ada' } })
  return { exit, out, err }
}
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await said([...args, '--json'])).out) as T
/** The bad payloads of the feed and those that only yesterday's mapping refused. */
const settled = () => eventually(60_000, async () => {
  const { total, groups } = await json<Groups>('rejections', 'groups')
  const picked = groups.filter(({ code }) => code === 'value.not-one-of').reduce((sum, { count }) => sum + count, 0)
  expect(picked).toBeGreaterThan(100)
  const open = () => ledger.rejection.count({ where: { status: 'open' } })
  expect(await open()).toBe(total)
  await new Promise((resolve) => { setTimeout(resolve, 1_000) })
  expect(await open()).toBe(total)
  return { total, groups }
})

test('groups say by cause what waits, and what to do; a list narrows it down', async () => {
  const { total, groups } = await settled(), [largest] = groups
  expect(largest).toMatchObject({ code: 'value.not-one-of', todo: expect.stringMatching(/redrive/) as string, owner: expect.stringMatching(/./) as string })
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  const { rejections, total: of } = await json<Rejections>('rejections', 'list', '--group', largest!.group, '--unit', largest!.unit, '--since', '1h', '--limit', '5')
  expect([rejections.length, of]).toEqual([5, largest!.count])
  expect(new Set(rejections.map(({ group }) => group))).toEqual(new Set([largest!.group]))
  expect((await json<Rejections>('rejections', 'list', '--until', '1h')).total).toBe(0)
  expect((await said(['rejections', 'groups'])).out).toContain('What to do:')
})

test('one rejection shows why and the shape of its payload; its values only to who has the right to', async () => {
  const { rejections } = await json<Rejections>('rejections', 'list', '--unit', 'shopify-orders', '--code', 'value.not-one-of', '--limit', '50')
  const sentAs = (id: string) => {
    const [, partition, offset] = /\/(\d+)\/(\d+)\/TRANSLATE$/.exec(id)!
    return { offset: Number(offset), sent: route.sent.get(`${route.names.topic('source.shopify.orders')}/${partition}`)![Number(offset)]!.value!.toString() }
  }
  // Not everybody who buys gives an address.
  const one = rejections.find(({ id }) => sentAs(id).sent.includes('@')), { offset, sent } = sentAs(one!.id)
  const shown = await said(['rejections', 'show', one!.id])
  expect(shown.exit).toBe(0)
  expect(shown.out).toMatch(/"id": "number"/)
  const { email } = JSON.parse(sent) as { email: string }
  expect(email).toContain('@')
  expect(shown.out).not.toContain(email)
  expect(await said(['rejections', 'show', one!.id, '--raw'])).toMatchObject({ exit: 1, err: expect.stringContaining('console.not_allowed') as string })
  expect((await said(['rejections', 'show', one!.id, '--raw'], rawToken)).out).toContain(sent)
  expect(await said(['rejections', 'show', 'no/such/thing'])).toMatchObject({ exit: 1, err: expect.stringContaining('rejection.unknown') as string })
  expect(await json<Rejection>('rejections', 'show', one!.id)).toMatchObject({ bytes: null, origin: { offset }, redrives: [] })
})

test('a dry run says for the whole set what today\'s mapping makes of it, and changes nothing; the redrive does just that', { timeout: 120_000 }, async () => {
  const before = await json<Groups>('rejections', 'groups'), waiting = before.groups.filter(({ unit }) => unit === 'shopify-orders').reduce((sum, { count }) => sum + count, 0)
  const forecast = await json<Forecast>('redrive', '--unit', 'shopify-orders', '--dry-run')
  expect(forecast.total).toBe(waiting)
  const will = (what: string) => forecast.outcomes.filter((it) => it.will === what).reduce((sum, { count }) => sum + count, 0)
  expect(will('pass')).toBeGreaterThan(20)
  expect(will('fail again')).toBeGreaterThan(0)
  expect(await json<Groups>('rejections', 'groups')).toEqual(before)

  const translator = await hub.start('translator')
  const { exit, out } = await said(['redrive', '--unit', 'shopify-orders', '--reason', 'the statuses are agreed now', '--json'])
  expect(exit).toBe(3)
  const done = JSON.parse(out) as CommandState
  expect(done).toMatchObject({ status: 'done', actor: 'ada', claimed: waiting, outcomes: { mapped: will('pass'), rejected: will('fail again') } })
  const { rejections: [again] } = await eventually(10_000, async () => {
    const found = await json<Rejections>('rejections', 'list', '--unit', 'shopify-orders')
    expect(found.total).toBe(will('fail again'))
    return found
  })
  expect(await json<Rejection>('rejections', 'show', again!.id)).toMatchObject({ attempt: 2, redrives: [{ act: 'redrive', actor: 'ada', reason: 'the statuses are agreed now', outcome: 'rejected' }] })
  expect(await ledger.audit.findMany({ where: { act: 'redrive' } })).toMatchObject([{ actor: 'ada', reason: 'the statuses are agreed now', before: { claimed: waiting }, after: { mapped: will('pass'), rejected: will('fail again') } }])

  const file = join(hub.folder, 'ids')
  writeFileSync(file, `${again!.id}\n`)
  expect(await json<CommandState>('discard', '--file', file, '--reason', 'a test order')).toMatchObject({ status: 'done', detail: '1 discarded' })
  await translator.stop()
})

test('a pause answers when every lease obeys, holds over a restart, and a resume lets everything through', { timeout: 180_000 }, async () => {
  const nobody = await said(['pause', 'stripe-events', '--reason', 'the key is being changed'])
  expect(nobody).toMatchObject({ exit: 0, out: expect.stringContaining('obeys when it starts') as string })
  let translator = await hub.start('translator')
  await eventually(60_000, async () => expect(await ledger.unitState.count({ where: { unit: 'stripe-events', state: 'paused', code: 'unit.paused', reason: 'ada: the key is being changed' } })).toBeGreaterThan(0))
  expect(await said(['pause', 'shopify-orders', '--dry-run'])).toMatchObject({ exit: 0, out: expect.stringMatching(/^shopify-orders: (\d+) of \1 partitions would be paused; nothing was ordered/) as string })
  expect((await said(['pause', 'shopify-orders', '--reason', 'the shop moves'])).exit).toBe(0)
  const states = () => ledger.unitState.findMany({ where: { unit: 'shopify-orders' } })
  expect(new Set((await states()).map(({ state, code }) => `${state} ${code}`))).toEqual(new Set(['paused unit.paused']))
  expect((await ledger.unitState.findMany({ where: { unit: 'woocommerce-orders', state: 'running' } })).length).toBeGreaterThan(0)

  translator.kill('SIGKILL')
  await translator.exited
  const { names, admin } = route, position = async () => (await admin.groupOffsets(names.translatorGroup('shopify-orders'))).reduce((sum, { offset }) => sum + Math.max(0, offset), 0)
  const stood = await position()
  await route.producer().send(names.topic('source.shopify.orders'), Array.from({ length: 40 }, (_, n) => ({ key: `${n}`, value: '{}' })))
  translator = await hub.start('translator')
  await eventually(60_000, async () => expect((await states()).every(({ state, at }) => state === 'paused' && Date.now() - at.getTime() < 5_000)).toBe(true))
  expect(await position()).toBe(stood)

  expect((await said(['resume', 'shopify-orders', '--reason', 'the shop has moved'])).exit).toBe(0)
  await eventually(60_000, async () => expect(await position()).toBeGreaterThanOrEqual(stood + 40))
  expect(await said(['pause', 'no-such-unit', '--dry-run'])).toMatchObject({ exit: 1, err: expect.stringContaining('command.unknown') as string })
  expect(await said(['pause', 'no-such-unit', '--reason', 'nothing'])).toMatchObject({ exit: 1, err: expect.stringContaining('command.unknown') as string })
  expect(await ledger.audit.count({ where: { act: { in: ['pause', 'resume'] } } })).toBe(3)
})
