import { expect, test } from 'vitest'
import { RefusedOrders } from './refused-orders.ts'

test('orders redriven twice at the same time, while newer versions arrive, are all there, each effect once, and the books balance', async () => {
  await using it = await RefusedOrders.prepare('sink-redrive', 400)
  const rejections = await it.rejections()
  expect(rejections.length).toBe(100)
  expect(await it.tally()).toEqual({ read: 400, applied: 300, rejected: 100 })
  await it.mend()
  await it.hub.start('sink', { ...it.warehouse.env(), HUB_CHUNK_RECORDS: '30' })
  const newer = rejections.filter((_, at) => at % 2 === 0).map(({ key }) => Number(/o(\d+)$/.exec(key!.toString())![1]))
  await Promise.all([it.redrive(rejections), it.redrive(rejections.toReversed()), it.send(newer, 2)])
  await it.settled()
  const rows = await it.rows(), changed = new Set(newer)
  expect(Array.from({ length: 400 }, (_, n) => rows.get(`sample:o${n}`))).toEqual(Array.from({ length: 400 }, (_, n) => (changed.has(n) ? 2 : 1)))
  expect(await it.writtenTwice()).toEqual([])
  const tally = await it.tally(), answers = await it.answers(), done = answers.filter(({ outcome }) => outcome !== 'already')
  expect(tally).toMatchObject({ read: 450 })
  expect(tally['rejected']).toBe(undefined)
  expect(new Set(done.map(({ rejection }) => rejection)).size).toBe(100)
  expect(done.length).toBe(100)
  // Each was asked for twice; one of the two may have found it closed by a newer version.
  expect(answers.length - done.length).toBe(200 - done.filter(({ reason }) => reason !== 'newer-version').length)
  await it.redrive(rejections.slice(0, 10))
  await it.settled()
  expect((await it.answers()).length).toBe(answers.length + 10)
  expect(await it.tally()).toEqual(tally)
})
