import { expect, inject, test } from 'vitest'
import { type Cut, cuts, cuttingProxy } from './cutting-proxy.ts'
import { steppingSink, type SinkWithout } from './stepped-sink.ts'
import { translatedFeed } from './translated-feed.ts'
import { allRight } from './warehouse.ts'

/** One COMMIT in eight is cut, at one place after the other. */
async function cut(name: string, without: SinkWithout, choose: (nth: number) => Cut) {
  await using feed = await translatedFeed(name, 4_000)
  let commits = 0, nth = 0
  await using proxy = await cuttingProxy(inject('stack').postgresPort, () => (++commits % 8 === 0 ? choose(nth++) : null))
  const loose = steppingSink(null, { without })
  const sink = await feed.hub.start('sink', { HUB_CHUNK_RECORDS: '50', ...feed.warehouse.env(proxy.port), ...loose.env }, loose.options)
  await feed.warehouse.delivered(120_000)
  const found = await feed.warehouse.differences()
  expect(sink.exit()).toBeUndefined()
  return { found, made: { ...proxy.made } }
}

test('a connection that is cut before, under or after the COMMIT loses and doubles nothing', async () => {
  const { found, made } = await cut('cut', {}, (nth) => cuts[nth % cuts.length]!)
  expect(Math.min(...Object.values(made))).toBeGreaterThan(5)
  expect(found).toEqual(allRight)
})

test('with the position outside of the transaction a lost answer makes records be read twice, which the books show', async () => {
  const { found } = await cut('cut-guard', { position: 'position-inside' }, () => 'answered')
  expect(found.books.length).toBeGreaterThan(0)
  // What is left are the versions: rows and sums are right.
  expect({ ...found, books: [] }).toEqual(allRight)
})

test('without position and version guard a lost answer writes states twice, and the sum of all payments is wrong', async () => {
  const { found } = await cut('cut-no-guard', { position: 'position-inside', version: true }, () => 'answered')
  expect(found.writes.some((it) => it.startsWith('payments of'))).toBe(true)
})
