import { expect, test } from 'vitest'
import { RefusedOrders } from './refused-orders.ts'
import { sinkPoints, steppingSink, type SinkWithout } from './stepped-sink.ts'

/** Rejections are redriven twice each by a sink that is killed again and again. */
async function killed(name: string, without: SinkWithout = {}) {
  await using it = await RefusedOrders.prepare(name, 1_200)
  const rejections = await it.rejections(), settings = { HUB_CHUNK_RECORDS: '20', HUB_INSTANCE: 'one', ...it.warehouse.env() }
  await it.mend()
  await it.redrive([...rejections, ...rejections])
  for (const point of sinkPoints) {
    const dying = steppingSink(point, { nth: 3, without }), sink = await it.hub.start('sink', { ...settings, ...dying.env }, dying.options)
    expect(await sink.exited).toMatchObject({ signal: 'SIGKILL' })
  }
  const last = steppingSink(null, { without })
  await it.hub.start('sink', { ...settings, ...last.env }, last.options)
  await it.settled()
  const answers = await it.answers()
  return { tally: await it.tally(), rows: (await it.rows()).size, twice: await it.writtenTwice(), done: answers.filter(({ outcome }) => outcome === 'applied').length, already: answers.filter(({ outcome }) => outcome === 'already').length }
}

test('a sink killed at any point of a redrive of hundreds ends with each record once', async () => {
  expect(await killed('sink-redrive-kill')).toEqual({ tally: { read: 1_200, applied: 1_200 }, rows: 1_200, twice: [], done: 300, already: 300 })
})

test('without closing rejections it counts them twice', async () => {
  expect((await killed('sink-redrive-open', { open: true })).tally).toMatchObject({ rejected: -300, duplicate: 300 })
})
