import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { allRight, Warehouse } from './warehouse.ts'

const kills = 20, sessionMs = 6_000, graceMs = 4_000

test(`killed at ${kills} random instants while records flow, the sink loses and doubles nothing, and rows are written again within the session timeout plus 4 s`, { timeout: 600_000 }, async () => {
  const hub = testHub('sink-random-kill')
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const enough = new AbortController(), feeding = route.feed(Infinity, { seed: 'random', bad: 0.01, rate: 300, signal: enough.signal })
  await hub.start('translator')
  const moved = async () => Number((await warehouse.pool.query<{ n: string }>('select coalesce(sum(next), 0) as n from hub.position')).rows[0]!.n)
  let sink = await hub.start('sink', warehouse.env())
  const waits: number[] = []
  await eventually(60_000, async () => { if (await moved() === 0) throw new Error('nothing flows') })
  for (let n = 0; n < kills; n++) {
    await sleep(200 + Math.random() * 1_500)
    sink.kill('SIGKILL')
    await sink.exited
    const killedAt = Date.now()
    sink = await hub.start('sink', warehouse.env())
    // What the killed one had on its way may still be committed; only what comes after that is the work of its heir. Without this an heir was killed
    // before it had a partition, and the next one had to wait for two sessions.
    const before = await moved()
    await eventually(sessionMs + 10_000, async () => { if (await moved() <= before) throw new Error('nothing flows') })
    waits.push(Date.now() - killedAt)
  }
  enough.abort()
  await feeding
  await route.translated(60_000)
  await warehouse.delivered()
  console.log(`rows were written again after ms: ${waits.join(' ')}`)
  expect(await warehouse.differences()).toEqual(allRight)
  expect(Math.max(...waits)).toBeLessThan(sessionMs + graceMs)
})
