import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Receipt } from '../../../canonical/models.generated.ts'
import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { knownToBooks } from '../audit/known-to-books.ts'
import { joinedBefore, joinReceipts } from './join-receipts.ts'
import { retireReceipts } from './retire-receipts.ts'
import { takeBack } from './take-back.ts'
import { writeReceipts } from './write-receipts.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('join')
  return () => ledger.$disconnect()
})

const minute = 60_000
/** A whole piece of time that is over, so many minutes before one that is joined. */
const then = (minutes: number) => joinedBefore(Date.now()).getTime() - minutes * minute
const receipt = (unit: string, from: number, next: number, atMs: number, more: Partial<Receipt> = {}): Receipt => {
  const at = atMs * 1_000 as Micros
  return {
    stage: 'DELIVER', unit, instance: 'one', topic: 'canonical.a', topicId: 'T', partition: 0, from, next, revision: 0, mapping: 'm', at, newest: at, oldest: at, answers: [],
    entries: [{ originTopic: 'source.a', originPartition: 0, block: Math.floor(from / 4096), model: 'a.v1', outcome: 'read', reason: null, count: next - from, hashSum: Buffer.alloc(8), totals: {} }], ...more,
  }
}
const write = (...receipts: Receipt[]) => ledger.$transaction((tx) => writeReceipts(tx, receipts), { timeout: 60_000 })
const join = () => joinReceipts(ledger, new Date(0), joinedBefore(Date.now()))
const counted = async (unit: string) => Number((await ledger.blockCount.aggregate({ where: { unit }, _sum: { count: true } }))._sum.count ?? 0)
const rows = (unit: string) => ledger.receipt.findMany({ where: { unit }, orderBy: { from: 'asc' } })
const kept = async (unit: string) => (await rows(unit)).map(({ from, next }) => `${from}-${next}`)
const breaks = async (unit: string) => (await intervalBreaks(ledger)).filter((it) => it.unit === unit)
/** One record every three seconds. */
const trickle = (unit: string, first: number, count: number, minutes: number) => Array.from({ length: count }, (_, n) => receipt(unit, first + n, first + n + 1, then(minutes) + n * 3_000))

test('what trickled in within ten minutes is one row, with the times of all of it; the last hour stays chunk by chunk', async () => {
  const recent = [receipt('few', 400, 401, Date.now() - 20 * minute), receipt('few', 401, 402, Date.now())]
  await write(...trickle('few', 0, 400, 30), ...recent)
  expect(await join()).toBe(398)
  expect(await kept('few')).toEqual(['0-200', '200-400', '400-401', '401-402'])
  expect((await rows('few'))[0]).toMatchObject({ at: new Date(then(30) + 199 * 3_000), newest: new Date(then(30) + 199 * 3_000), oldest: new Date(then(30)) })
  expect([await counted('few'), await breaks('few'), await join()]).toEqual([402, [], 0])
})

test('a row ends where a block, a mapping, a piece of time or the row of receipts ends', async () => {
  const at = then(60)
  await write(receipt('ends', 4_000, 4_090, at), receipt('ends', 4_090, 4_100, at), receipt('ends', 4_100, 4_110, at), receipt('ends', 4_110, 4_120, at, { mapping: 'n' }), receipt('ends', 4_120, 4_130, at, { mapping: 'n' }), receipt('ends', 4_140, 4_150, at, { mapping: 'n' }))
  await join()
  expect(await kept('ends')).toEqual(['4000-4100', '4100-4110', '4110-4130', '4140-4150'])
  expect(await breaks('ends')).toMatchObject([{ kind: 'gap', from: 4_130n, next: 4_140n }])
})

test('by which mapping each record was translated is known as before', async () => {
  const some = Array.from({ length: 60 }, (_, n) => receipt('mapped', n * 2, n * 2 + 2, then(40) + n * 5_000, { stage: 'TRANSLATE', mapping: n < 17 ? 'm' : n < 41 ? 'n' : 'm' }))
  await write(...some)
  const mappings = async () => { const [known] = await knownToBooks(ledger, [{ unit: 'mapped', topic: 'canonical.a', topicId: 'T', partition: 0, from: 0, next: 120 }]); return Array.from({ length: 120 }, (_, offset) => known!.mappingOf(offset)) }
  const before = await mappings()
  expect(await join()).toBeGreaterThan(50)
  expect(await mappings()).toEqual(before)
  expect(new Set(before)).toEqual(new Set(['m', 'n']))
})

test('what is published again of joined receipts counts nothing; without what the span remembers it counts twice', async () => {
  await write(...trickle('again', 0, 100, 20))
  await join()
  expect(await write(...trickle('again', 0, 100, 20))).toEqual([])
  expect([await counted('again'), await breaks('again')]).toEqual([100, []])
  // The guard is out.
  await ledger.span.updateMany({ where: { unit: 'again' }, data: { folded: 0 } })
  await write(...trickle('again', 1, 10, 20))
  expect(await counted('again')).toBe(110)
})

test('a second account of joined offsets, given later, counts and is an overlap', async () => {
  await write(...trickle('twice', 0, 100, 20))
  await join()
  expect(await write(receipt('twice', 30, 40, Date.now()))).toHaveLength(1)
  expect(await breaks('twice')).toMatchObject([{ kind: 'overlap', from: 30n, next: 40n }])
})

test('a second account from the very first offset on does not stop the books, and counts', async () => {
  await write(...trickle('first', 0, 100, 20))
  await join()
  await ledger.receipt.deleteMany({ where: { unit: 'first' } })
  expect(await write(receipt('first', 0, 10, Date.now()), receipt('first', 100, 110, Date.now()))).toHaveLength(2)
  expect([await counted('first'), await breaks('first')]).toEqual([120, []])
})

test('a target that went back to the middle of a joined row is given the rest again', async () => {
  const all = trickle('back', 0, 100, 20)
  await write(...all)
  await join()
  const to = receipt('back', 60, 80, Date.now())
  await ledger.$transaction((tx) => takeBack(tx, { to, was: 100, gone: all.slice(60) }))
  expect([await counted('back'), await kept('back')]).toEqual([60, ['0-60']])
  await write(to, receipt('back', 80, 100, Date.now()))
  expect([await counted('back'), await breaks('back')]).toEqual([100, []])
})

test('receipts that come, come again, are joined and folded away at the same time are counted once each', async () => {
  const many = trickle('meanwhile', 0, 6_000, 400)
  const writing = async () => { for (let n = 0; n < 6_000; n += 300) await write(...many.slice(n, n + 300)) }
  await Promise.all([writing(), (async () => { for (let n = 0; n < 12; n++) { await join(); await retireReceipts(ledger, new Date(then(300))) } })()])
  await Promise.all([writing(), join(), retireReceipts(ledger, new Date(then(200)))])
  expect([await counted('meanwhile'), await breaks('meanwhile')]).toEqual([6_000, []])
  expect((await kept('meanwhile')).length).toBeLessThan(60)
})
