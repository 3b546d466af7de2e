import { expect, test } from 'vitest'
import type { Decimal } from '../../../canonical/decimal.ts'
import type { Receipt, ReceiptEntry } from '../../../canonical/models.generated.ts'
import { fold } from './fold.ts'

const hash = (value: bigint) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(value); return bytes }
const entry = (it: Partial<ReceiptEntry>): ReceiptEntry =>
  ({ originTopic: 'source.a', originPartition: 0, block: 0, model: null, outcome: 'mapped', reason: null, count: 1, hashSum: hash(0n), totals: {}, ...it })
const receipt = (entries: ReceiptEntry[], it: Partial<Receipt> = {}) => ({ stage: 'TRANSLATE', unit: 'a', entries, ...it }) as Receipt
const totals = (amount: string) => ({ amount: amount as Decimal })

test('entries of one block, model, outcome and reason are one row', () => {
  const rows = fold([receipt([entry({ count: 2 }), entry({ block: 1, count: 5 })]), receipt([entry({ count: 3 })])])
  expect(rows.map(({ block, count }) => [block, count])).toEqual([[0, 5], [1, 5]])
})

test('two stages, units, filters and models are kept apart', () => {
  const rows = fold([
    receipt([entry({}), entry({ outcome: 'filtered', reason: 'test-order' }), entry({ outcome: 'filtered', reason: 'draft' })]),
    receipt([entry({ model: 'order.v1', outcome: 'applied' })], { stage: 'DELIVER', unit: 'b' }),
  ])
  expect(rows.map(({ stage, unit, model, outcome, reason }) => [stage, unit, model, outcome, reason])).toEqual([
    ['deliver', 'b', 'order.v1', 'applied', ''],
    ['translate', 'a', '', 'filtered', 'draft'], ['translate', 'a', '', 'filtered', 'test-order'], ['translate', 'a', '', 'mapped', ''],
  ])
})

test('hash sums wrap at 2^64 and do not round below', () => {
  expect(fold([receipt([entry({ hashSum: hash(2n ** 64n - 1n) }), entry({ hashSum: hash(3n) })])])[0]?.hash_sum).toBe('2')
  expect(fold([receipt([entry({ hashSum: hash(9223372036854775807n) })])])[0]?.hash_sum).toBe('9223372036854775807')
})

test('control totals add up exactly', () => {
  expect(fold([receipt([entry({ totals: totals('0.1') }), entry({ totals: totals('0.2') })])])[0]?.totals).toEqual({ amount: '0.3' })
  expect(fold([receipt([entry({ totals: totals('99999999999999999999.000000001') }), entry({ totals: totals('-1') })])])[0]?.totals).toEqual({ amount: '99999999999999999998.000000001' })
})

test('what is taken away leaves nothing of what was added', () => {
  const some = [receipt([entry({ hashSum: hash(7n), totals: totals('0.1') })]), receipt([entry({ count: 4, hashSum: hash(2n ** 64n - 1n), totals: totals('12.5') })])]
  expect(fold(some, -1n)).toMatchObject([{ count: -5, hash_sum: `${2n ** 64n - 6n}`, totals: { amount: '-12.6' } }])
})
