import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { Route } from '../route.ts'
import { differences, none } from '../translated.ts'
import { stepping } from './stepped.ts'

const small = { HUB_CHUNK_RECORDS: '100' }

test.each(['produced', 'before-commit', 'commit-sent', 'committed'] as const)('a translator killed when a transaction is %s loses and doubles nothing', async (point) => {
  const hub = testHub(`kill-${point}`)
  await using route = await Route.provision(hub)
  await route.feed(10_000, { seed: point, bad: 0.01 })
  for (const nth of [3, 17, 40]) {
    const dying = stepping(point, { nth })
    const translator = await hub.start('translator', { ...small, ...dying.env, HUB_INSTANCE: 'one' }, dying.options)
    expect(await translator.exited).toMatchObject({ signal: 'SIGKILL' })
  }
  const translator = await hub.start('translator', { ...small, HUB_INSTANCE: 'one' })
  await translator.ready()
  await route.translated()
  expect(await differences(route)).toEqual(none)
})

test('with the position outside of the transaction the same kill doubles records', async () => {
  const hub = testHub('kill-guard')
  await using route = await Route.provision(hub)
  await route.feed(10_000, { seed: 'guard', bad: 0.01 })
  const dying = stepping('committed', { nth: 17, without: 'position-inside' })
  const translator = await hub.start('translator', { ...small, ...dying.env, HUB_INSTANCE: 'one' }, dying.options)
  expect(await translator.exited).toMatchObject({ signal: 'SIGKILL' })
  await hub.start('translator', { ...small, HUB_INSTANCE: 'one' })
  await route.translated()
  const found = await differences(route)
  expect(found.missing).toEqual([])
  expect(found.extra.length).toBeGreaterThan(0)
})
