import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Forecast, Rejections } from '../services/console/api/rejections.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { charge, statesOf, throughAt, unit } from './faults/charges.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// A payment is refused at its source: what an operator sees and does, by the command alone.
let hub: TestHub, route: Route, url: string
const token = randomBytes(16).toString('hex'), states = 6
beforeAll(async () => {
  hub = testHub('parking')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  const console = await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })
  url = (await console.logged(/"console\.listening","url":"([^"]+)"/))[1]!
  await hub.start('reconciler', { HUB_LEDGER_URL: database })
  const yesterday = withInstead({ 'canonical/source.js': 'marked-source.js', 'services/translator/breaker.js': 'no-breaker.js' }, { HUB_SOURCES: unit }), translator = await hub.start('translator', yesterday.env, yesterday.options)
  for (let n = 1; n <= states; n++) await route.producer().send(route.names.topic('source.stripe.events'), ['redriven', 'given-up', 'well'].map((id) => charge(id, n, id !== 'well' && n === 2)))
  await throughAt(route)
  await translator.stop()
}, 120_000)
afterAll(() => route[Symbol.asyncDispose]())

async function said(...args: readonly string[]) {
  let out = '', err = ''
  const exit = await runCommand([...args, '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env: { HUB_ACTOR: 'ada' } })
  return { exit, out, err }
}
const json = async <T>(...args: string[]): Promise<T> => { const { out, err } = await said(...args, '--json'); return JSON.parse(out === '' ? err : out) as T }
const counts = async () => (await json<Status>('status')).routes.find(({ source }) => source === unit)!.translate.counts
const numbers = (...but: number[]) => Array.from({ length: states }, (_, n) => n + 1).filter((n) => !but.includes(n)).join(' ')

test('the command says what waits, for what and how many; a dry run says that it follows, and out of turn it is answered parked', { timeout: 60_000 }, async () => {
  const waiting = 2 * (states - 2)
  await eventually(30_000, async () => expect(await counts()).toMatchObject({ read: 3 * states, mapped: states + 2, rejected: 2, parked: waiting }))
  const parked = await json<Rejections>('parked', '--unit', unit)
  expect([parked.total, new Set(parked.rejections.map(({ code, entity }) => `${code} ${entity}`))]).toEqual([waiting, new Set(['order.parked stripe:redriven:charge', 'order.parked stripe:given-up:charge'])])
  expect((await said('status')).out).toMatch(/PARKED[^]*stripe-events.* 8\b/)
  expect((await json<Rejections>('rejections', 'list', '--unit', unit, '--entity', 'stripe:redriven:charge')).rejections.filter(({ code }) => code !== 'order.parked').length).toBe(1)
  const { outcomes } = await json<Forecast>('redrive', '--unit', unit, '--dry-run')
  expect(outcomes.map(({ will, count }) => [will, count])).toEqual([['follow', waiting], ['pass', 2]])
  const translator = await hub.start('translator', { HUB_SOURCES: unit })
  expect(await json<CommandState>('redrive', '--id', parked.rejections[0]!.id, '--reason', 'out of turn')).toMatchObject({ status: 'done', outcomes: { parked: 1 } })
  await translator.stop()
})

test('what waits follows in order when the one in front is redriven or given up, and the status is clean again', { timeout: 90_000 }, async () => {
  await hub.start('translator', { HUB_SOURCES: unit })
  expect(await json<CommandState>('redrive', '--unit', unit, '--entity', 'stripe:redriven:charge', '--reason', 'the words are agreed')).toMatchObject({ status: 'done', claimed: 1, outcomes: { mapped: 1 } })
  expect(await json<CommandState>('discard', '--unit', unit, '--entity', 'stripe:given-up:charge', '--reason', 'a test charge')).toMatchObject({ status: 'done', claimed: 1, outcomes: { discarded: 1 } })
  await throughAt(route)
  expect([...await statesOf(route)].toSorted()).toEqual([['given-up', numbers(2)], ['redriven', numbers()], ['well', numbers()]])
  await eventually(30_000, async () => {
    expect((await json<Rejections>('rejections', 'list', '--unit', unit)).total).toBe(0)
    expect(Object.fromEntries(Object.entries(await counts()).filter(([outcome, count]) => count !== 0 && outcome !== 'emitted'))).toEqual({ read: 3 * states, mapped: 3 * states - 1, discarded: 1 })
  })
})
