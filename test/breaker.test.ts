import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { sourcesFolder } from '../services/translator/sources/generate.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { ordered } from './ordered.ts'
import { eventually, Route } from './route.ts'

// A flood of refused records, at the translator as it runs.
let hub: TestHub, route: Route
beforeAll(async () => {
  hub = testHub('breaker')
  route = await Route.provision(hub)
})
afterAll(() => route[Symbol.asyncDispose]())

const good = readFileSync(join(sourcesFolder, 'shopify-orders', 'samples', 'an-order-and-its-customer.in.json'))
const unit = 'shopify-orders', env = { HUB_SOURCES: unit, HUB_INSTANCE: 'one', HUB_CHUNK_RECORDS: '100' }
/** Every n-th is bad, evenly; `bad` counts them. */
async function send(partition: number, count: number, nth: number): Promise<number> {
  await route.producer().send(route.names.topic('source.shopify.orders'), Array.from({ length: count }, (_, at) => ({ partition, key: `${at}`, value: at % nth === nth - 1 ? '{"id":1}' : good })))
  return Math.floor(count / nth)
}
const position = async (partition: number) => (await route.admin.groupOffsets(route.names.translatorGroup(unit))).find((it) => it.topic === route.names.topic('source.shopify.orders') && it.partition === partition)?.offset ?? 0
const refused = async (partition: number) => (await readAll(route.kafka.control, route.names.rejected(unit))).filter((it) => it.partition === partition).length
const held = async (program: TestProgram) => eventually(30_000, async () => expect(await (await fetch(`${program.url}/health/ready`)).text()).toMatch(/refused, more than 5 %/))
const resume = () => ordered(hub, route, { act: 'resume', subject: unit, reason: 'they are bad indeed' })

test('4 % of refused records flow; 6 % pause their partition alone, over a kill too, until a person lets them be refused', { timeout: 180_000 }, async () => {
  let translator = await hub.start('translator', env)
  const few = await send(0, 1_500, 25)
  await eventually(60_000, async () => expect(await position(0)).toBe(1_500))
  expect(await refused(0)).toBe(few)

  const many = await send(1, 1_600, 16)
  await held(translator)
  await translator.logged(/"source\.flood".*"partition":1.*"onCall":"[^"]+"/)
  await send(0, 100, 25)
  await eventually(60_000, async () => expect(await position(0)).toBe(1_600))
  const stood = await refused(1)
  expect(stood).toBeLessThan(many)
  translator.kill('SIGKILL')
  await translator.exited
  translator = await hub.start('translator', env)
  await held(translator)
  await sleep(3_000)
  expect(await refused(1)).toBe(stood)

  await resume()
  await eventually(60_000, async () => expect(await position(1)).toBe(1_600))
  expect(await refused(1)).toBe(many)
  await eventually(30_000, async () => expect((await fetch(`${translator.url}/health/ready`)).ok).toBe(true))
  await translator.stop()
})

test('a partition that a wrong mapping had stopped goes on by itself under the right one, and nothing of what waited was refused', { timeout: 180_000 }, async () => {
  const wrong = withInstead({ 'canonical/source.js': 'picky-source.js' }), refusing = { ...env, ...wrong.env, TEST_REFUSES: 'everything' }
  let translator = await hub.start('translator', refusing, wrong.options)
  await send(2, 2_000, Infinity)
  await held(translator)
  const before = await refused(2)
  expect(before).toBeLessThan(400)
  await translator.stop()
  translator = await hub.start('translator', env)
  await eventually(60_000, async () => expect(await position(2)).toBe(2_000))
  expect(await refused(2)).toBe(before)
  await translator.stop()
})

test('without the breaker the same wrong mapping refuses everything', { timeout: 120_000 }, async () => {
  const wrong = withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' })
  const translator = await hub.start('translator', { ...env, ...wrong.env, TEST_REFUSES: 'everything' }, wrong.options)
  await send(3, 1_000, Infinity)
  await eventually(60_000, async () => expect(await refused(3)).toBe(1_000))
  await translator.stop()
})
