import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testHub, type TestHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { type Differences, differences, none } from '../translated.ts'
import { continued } from './continued.ts'
import { stepping } from './stepped.ts'

/** The first owner is frozen with its records written and not committed; the second takes over; the first wakes up and goes on. */
async function frozenAndContinued(hub: TestHub, without?: 'fence'): Promise<Differences> {
  await using route = await Route.provision(hub)
  await route.feed(6_000, { seed: 'freeze', bad: 0.01 })
  const freezing = stepping('produced', { signal: 'SIGSTOP', nth: 12, ...(without ? { without } : {}) })
  const first = await hub.start('translator', { HUB_CHUNK_RECORDS: '100', ...freezing.env }, freezing.options)
  await eventually(60_000, () => { if (!/^State:\s+T/m.test(readFileSync(`/proc/${first.pid}/status`, 'utf8'))) throw new Error('not frozen yet') })
  // The frozen member keeps its partitions until its session is over: then the second has them all.
  const second = await hub.start('translator')
  await route.translated()
  await continued(first)
  await Promise.all([first.stop(), second.stop()])
  return await differences(route)
}

test('a translator that is frozen beyond its session and then continued makes nothing visible', async () => {
  expect(await frozenAndContinued(testHub('freeze'))).toEqual(none)
})

test('without the fence the continued translator doubles its chunk', async () => {
  const found = await frozenAndContinued(testHub('freeze-guard'), 'fence')
  expect(found.missing).toEqual([])
  expect(found.extra.length).toBeGreaterThan(0)
})
