import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Receipt } from '../../../canonical/models.generated.ts'
import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { retireReceipts } from './retire-receipts.ts'
import { writeReceipts } from './write-receipts.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('retire')
  return () => ledger.$disconnect()
})

const day = 86_400_000, now = Date.now()
const receipt = (unit: string, from: number, next: number, days: number): Receipt => {
  const at = (now - days * day) * 1_000 as Micros
  return {
    stage: 'DELIVER', unit, instance: 'one', topic: 'canonical.a', topicId: 'T', partition: 0, from, next, revision: 0, mapping: 'm', at, newest: at, oldest: at, answers: [],
    entries: [{ originTopic: 'source.a', originPartition: 0, block: 0, model: 'a.v1', outcome: 'read', reason: null, count: next - from, hashSum: Buffer.alloc(8), totals: {} }],
  }
}
const write = (...receipts: Receipt[]) => ledger.$transaction((tx) => writeReceipts(tx, receipts), { timeout: 60_000 })
const weekAgo = () => new Date(Date.now() - 7 * day)
const counted = async (unit: string) => Number((await ledger.blockCount.aggregate({ where: { unit }, _sum: { count: true } }))._sum.count ?? 0)
const kept = async (unit: string) => (await ledger.receipt.findMany({ where: { unit }, orderBy: { from: 'asc' } })).map(({ from, next }) => `${from}-${next}`)
const old = (unit: string) => [0, 10, 20, 30].map((from) => receipt(unit, from, from + 10, 9))

test('old receipts are gone but for the last, and what is published of them again counts nothing', async () => {
  await write(...old('again'))
  await retireReceipts(ledger, weekAgo())
  expect(await kept('again')).toEqual(['30-40'])
  expect(await write(...old('again'), receipt('again', 40, 50, 0))).toHaveLength(1)
  expect(await counted('again')).toBe(50)
  expect(await kept('again')).toEqual(['30-40', '40-50'])
  expect((await intervalBreaks(ledger)).filter(({ unit }) => unit === 'again')).toEqual([])
})

test('control: without what the span remembers, the same receipts count twice', async () => {
  await write(...old('twice'))
  // The guard is out: rows are gone, and nothing knows that they were there.
  await ledger.receipt.deleteMany({ where: { unit: 'twice', from: { lt: 30 } } })
  await write(...old('twice').slice(1))
  expect(await counted('twice')).toBe(60)
})

test('younger receipts stay, and so does what they show: a second account of their offsets is an overlap', async () => {
  await write(receipt('young', 0, 10, 9), receipt('young', 10, 20, 1), receipt('young', 20, 30, 0))
  await retireReceipts(ledger, weekAgo())
  expect(await kept('young')).toEqual(['10-20', '20-30'])
  await write(receipt('young', 15, 20, 0))
  expect((await intervalBreaks(ledger)).filter(({ unit }) => unit === 'young')).toMatchObject([{ kind: 'overlap', from: 15n, next: 20n }])
})

test('a receipt that comes so late that its neighbours are folded away fills its gap and counts', async () => {
  await write(receipt('late', 0, 10, 9), receipt('late', 10, 20, 9), receipt('late', 30, 40, 9), receipt('late', 40, 50, 9), receipt('late', 50, 60, 0))
  await retireReceipts(ledger, weekAgo())
  expect(await kept('late')).toEqual(['50-60'])
  await write(receipt('late', 20, 30, 9))
  expect([await counted('late'), (await intervalBreaks(ledger)).filter(({ unit }) => unit === 'late')]).toEqual([60, []])
})

test('receipts that are published again while they are folded away are counted once', async () => {
  const many = Array.from({ length: 3_000 }, (_, n) => receipt('meanwhile', n * 10, n * 10 + 10, 9))
  await write(...many)
  const writing = (async () => { for (let n = 0; n < 3_000; n += 250) await write(...many.slice(n, n + 250)) })()
  await Promise.all([writing, retireReceipts(ledger, weekAgo()), retireReceipts(ledger, weekAgo())])
  expect(await counted('meanwhile')).toBe(30_000)
})
