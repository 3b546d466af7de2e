import { expect, test } from 'vitest'
import { testHub } from './hub.ts'
import { Route } from './route.ts'
import { differences, none } from './translated.ts'

test('every record of six sources comes out once, in order, or is rejected with its bytes, and the books say so', async () => {
  const hub = testHub('translate')
  await using route = await Route.provision(hub)
  await route.feed(20_000, { seed: 'translate', bad: 0.01 })
  const translator = await hub.start('translator')
  await translator.ready()
  await route.translated()
  expect(await differences(route)).toEqual(none)
})
