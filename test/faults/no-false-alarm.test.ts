import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { makeRandom } from '../../deploy/local/feed/random.ts'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { RestlessHub } from './restless-hub.ts'
import { withInstead } from './stepped.ts'

// The big run: HUB_TEST_RECORDS=200000 npx vitest run --project faults test/faults/no-false-alarm.test.ts
const records = Number(process.env['HUB_TEST_RECORDS'] ?? 30_000), rate = 1_000, leastRestarts = 9
const limitMs = 300_000 + records * 6

test(`${records.toLocaleString('en-GB')} records under load while translator, sink and reconciler are stopped and killed in turn, with every audit at work: nothing is ever reported, and in the end everything is proven`, { timeout: limitMs }, async () => {
  const seed = `no-false-alarm-${records}`, random = makeRandom(seed), hub = testHub('no-false-alarm')
  await using route = await Route.provision(hub)
  await using it = await RestlessHub.open(hub, route)
  await it.startAll()
  let fed = false, restarts = 0
  const feeding = route.feed(records, { seed, bad: 0.01, rate }).then(() => { fed = true })
  for (; !fed || restarts < leastRestarts; restarts++) {
    await sleep(300 + random.below(1_500))
    await it.restart((['translator', 'sink', 'reconciler'] as const)[restarts % 3]!, random.chance(0.7) ? 'SIGKILL' : 'SIGTERM')
  }
  await feeding
  const sent = Date.now()
  await route.translated(limitMs / 2)
  await it.warehouse.delivered(limitMs / 2)
  await eventually(limitMs / 2, async () => { expect(await it.through()).toBeGreaterThan(sent) })
  const { topics, passes, rows } = await eventually(limitMs / 2, async () => {
    const audited = await it.audited(sent)
    expect(audited.topics.read).toBe(records)
    return audited
  })
  console.log(`${records} records, ${restarts} restarts, ${JSON.stringify(topics)} by the audit of the topics, ${passes} passes over the target (${rows} rows in the last of each model), all of it compared ${((Date.now() - sent) / 1000).toFixed(0)} s after the last record`)
  expect(await it.findings()).toEqual([])
  expect(topics).toMatchObject({ matched: topics.expected, unjudged: 0, gone: 0, earlier: 0 })
  expect(await it.remainders()).toEqual([])
  expect(passes).toBeGreaterThan(2 * 5)
})

test('believed before what was on its way has arrived, differences are reported that are none', { timeout: 240_000 }, async () => {
  const hub = testHub('alarm')
  await using route = await Route.provision(hub)
  await using it = await RestlessHub.open(hub, route, withInstead({ 'services/reconciler/balance/marks.js': 'no-marks.js' }))
  await it.startAll()
  const enough = new AbortController(), feeding = route.feed(Infinity, { seed: 'alarm', rate, signal: enough.signal })
  await eventually(120_000, async () => { expect((await it.findings()).filter((kind) => kind.startsWith('balance.target'))).not.toEqual([]) })
  enough.abort()
  await feeding
})
