import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { differences, none } from '../translated.ts'

const kills = 20, sessionMs = 6_000, graceMs = 4_000

test(`killed at ${kills} random instants, the translator loses and doubles nothing, and records flow again within the session timeout plus 4 s`, { timeout: 600_000 }, async () => {
  const hub = testHub('random-kill')
  await using route = await Route.provision(hub)
  const enough = new AbortController(), feeding = route.feed(Infinity, { seed: 'random', bad: 0.01, rate: 300, signal: enough.signal })
  const moved = async () => (await Promise.all(route.groups.map((group) => route.admin.groupOffsets(group)))).flat().reduce((sum, it) => sum + Math.max(it.offset, 0), 0)
  let translator = await hub.start('translator')
  const waits: number[] = []
  await eventually(60_000, async () => { if (await moved() === 0) throw new Error('nothing flows') })
  for (let n = 0; n < kills; n++) {
    await sleep(200 + Math.random() * 1_500)
    translator.kill('SIGKILL')
    await translator.exited
    const killedAt = Date.now(), before = await moved()
    translator = await hub.start('translator')
    await eventually(sessionMs + 10_000, async () => { if (await moved() <= before) throw new Error('nothing flows') })
    waits.push(Date.now() - killedAt)
  }
  enough.abort()
  await feeding
  await route.translated()
  console.log(`records flowed again after ms: ${waits.join(' ')}`)
  expect(await differences(route)).toEqual(none)
  expect(Math.max(...waits)).toBeLessThan(sessionMs + graceMs)
})
