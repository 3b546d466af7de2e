import { expect, test } from 'vitest'
import { sinkPoints, steppingSink, type SinkPoint, type SinkWithout } from './stepped-sink.ts'
import { translatedFeed } from './translated-feed.ts'
import { allRight, type WarehouseDifferences } from './warehouse.ts'

const small = { HUB_CHUNK_RECORDS: '50', HUB_INSTANCE: 'one' }

/** The sink is killed at the point, once for each number of chunks, and started again. */
async function killed(name: string, point: SinkPoint, kills: readonly number[], without: SinkWithout = {}): Promise<WarehouseDifferences> {
  await using feed = await translatedFeed(name, 3_000)
  const { hub, warehouse } = feed
  for (const nth of kills) {
    const dying = steppingSink(point, { nth, without })
    const sink = await hub.start('sink', { ...small, ...warehouse.env(), ...dying.env }, dying.options)
    expect(await sink.exited).toMatchObject({ signal: 'SIGKILL' })
  }
  const last = steppingSink(null, { without })
  await hub.start('sink', { ...small, ...warehouse.env(), ...last.env }, last.options)
  await warehouse.delivered()
  return await warehouse.differences()
}

test.each(sinkPoints)('a sink killed when a chunk is %s loses and doubles nothing', async (point) => {
  expect(await killed(`sink-${point}`, point, [2, 20])).toEqual(allRight)
})

test('without position and version guard it writes states twice', async () => {
  const found = await killed('sink-no-guard', 'committed', [11], { position: 'position-inside', version: true })
  expect(found.writes.length).toBeGreaterThan(0)
})
