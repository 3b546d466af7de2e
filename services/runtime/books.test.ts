import fc from 'fast-check'
import { expect, test } from 'vitest'
import { receiptCodec } from '../../canonical/codec.ts'
import { decimal } from '../../canonical/decimal.ts'
import { HashSum } from '../../canonical/key.ts'
import type { Micros } from '../../canonical/micros.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { fold } from '../reconciler/books/fold.ts'
import { blockSize, Books } from './books.ts'

const at = (offset: number, topic = 'source.shop', partition = 0) => ({ topic, partition, offset })
const receiptOf = (books: Books) => ({
  stage: 'TRANSLATE' as const, unit: 'shop', instance: 'one', topic: 'source.shop', topicId: 'id', partition: 0, from: 0, next: 10, revision: 0,
  mapping: 'm', at: 0 as Micros, newest: null, oldest: null, entries: books.entries(), answers: [],
})

test('records are counted in the block of their origin', () => {
  const books = new Books()
  for (const offset of [0, blockSize - 1, blockSize, 3 * blockSize + 7]) books.count(at(offset), null, 'read', null)
  expect(books.entries().map(({ block, count }) => [block, count])).toEqual([[0, 2], [1, 1], [3, 1]])
})

test('what differs in topic, partition, model, outcome or reason is counted apart', () => {
  const books = new Books()
  books.count(at(0), null, 'filtered', null)
  books.count(at(0, 'other'), null, 'filtered', null)
  books.count(at(0, 'source.shop', 1), null, 'filtered', null)
  books.count(at(0), 'order.v1', 'filtered', null)
  books.count(at(0), null, 'read', null)
  books.count(at(0), null, 'filtered', 'test order')
  expect(books.entries().map((it) => it.count)).toEqual([1, 1, 1, 1, 1, 1])
})

test('hashes and totals come out the same in whatever order the records came', () => {
  const records = fc.array(fc.record({ hash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), total: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }) }), { minLength: 1, maxLength: 30 })
  fc.assert(fc.property(records, (records) => {
    const of = (these: typeof records) => {
      const books = new Books()
      for (const { hash, total } of these) books.count(at(1), 'order.v1', 'emitted', null, hash, { total: decimal(String(total)) })
      return books.entries()
    }
    expect(of(records.toReversed())).toEqual(of(records))
    expect(HashSum.of(of(records)[0]!.hashSum)).toBe(BigInt.asUintN(64, records.reduce((sum, { hash }) => sum + hash, 0n)))
    expect(of(records)[0]!.totals['total']).toBe(String(records.reduce((sum, { total }) => sum + total, 0n)))
  }))
})

test('a total that some records do not have is the sum of the others', () => {
  const books = new Books()
  books.count(at(0), 'order.v1', 'emitted', null, 1n, { 'total EUR': decimal('0.1') })
  books.count(at(1), 'order.v1', 'emitted', null, 1n, { 'total EUR': decimal('0.2'), 'total USD': decimal('-1') })
  books.count(at(2), 'order.v1', 'emitted', null, 1n)
  expect(books.entries()).toMatchObject([{ count: 3, totals: { 'total EUR': '0.3', 'total USD': '-1' } }])
})

test('absurd amounts, each a legal one, never keep a receipt from being written, and nothing of them is lost', () => {
  const books = new Books(), most = '9'.repeat(29)
  for (let offset = 0; offset < 5; offset++) books.count(at(offset), 'order.v1', 'emitted', null, 2n ** 63n, { total: decimal(most) })
  const codec = receiptCodec(), written = codec.encode(1, receiptOf(books))
  const read = codec.decode(written, () => schemaText('receipt.v1'))
  expect(fold([read])).toMatchObject([{ count: 5, hash_sum: String(2n ** 63n), totals: { total: String(BigInt(most) * 5n) } }])
})

test('telemetry is told every count once', () => {
  const books = new Books()
  for (let offset = 0; offset < 3; offset++) books.count(at(offset), null, 'read', null)
  books.count(at(1), null, 'rejected', 'value.unknown-code')
  expect([...books.counts()].map(({ outcome, reason, count }) => [outcome, reason, count])).toEqual([['read', null, 3], ['rejected', 'value.unknown-code', 1]])
})
