import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Counted } from '../../runtime/balance-terms.ts'
import { imbalances } from './block-balance.ts'

const feeds = [{ model: 'order.v1', target: 'house' }]
const counted = (stage: string, unit: string, model: string, outcome: string, count: bigint, hashSum = 0n, totals: Record<string, string> = {}): Counted => ({ stage, unit, model, outcome, count, hashSum, totals })
const whole: Counted[] = [
  counted('translate', 'shop', '', 'read', 5n), counted('translate', 'shop', '', 'mapped', 4n), counted('translate', 'shop', '', 'filtered', 1n), counted('translate', 'shop', '', 'skipped', 2n),
  counted('translate', 'shop', 'order.v1', 'emitted', 4n, 40n, { 'total EUR': '10.5' }), counted('translate', 'shop', 'order.v1', 'warned', 1n),
  counted('deliver', 'house', 'order.v1', 'read', 4n, 40n, { 'total EUR': '10.5' }), counted('deliver', 'house', 'order.v1', 'applied', 3n, 39n, { 'total EUR': '10' }), counted('deliver', 'house', 'order.v1', 'rejected', 1n, 1n, { 'total EUR': '0.5' }),
]
const found = (all: readonly Counted[]) => imbalances(all, 'shop', feeds).map(({ target, between, differs }) => [target, between, differs.join()])
const instead = (of: Partial<Counted>, it: Partial<Counted>) => whole.map((one) => (Object.entries(of).every(([name, value]) => one[name as keyof Counted] === value) ? { ...one, ...it } : one))

test('a block balances when sources and targets have accounted for the same sets; what stands beside the outcomes is not added', () => {
  expect(found(whole)).toEqual([])
  expect(found([])).toEqual([])
})

test('what other units have done with the block is nobody\'s business here', () => {
  expect(found([...whole, counted('deliver', 'desk', 'order.v1', 'read', 9n, 9n), counted('deliver', 'house', 'customer.v1', 'read', 9n, 9n), counted('translate', 'other', '', 'read', 3n)])).toEqual([])
})

test('each way to differ is told apart', () => {
  expect(found(instead({ outcome: 'filtered' }, { count: 0n }))).toEqual([['', 'accounted', 'count']])
  expect(found(instead({ outcome: 'emitted' }, { count: 5n, hashSum: 41n }))).toEqual([['house', 'arrived', 'count,keys']])
  expect(found(instead({ outcome: 'emitted' }, { hashSum: 41n }))).toEqual([['house', 'arrived', 'keys']])
  expect(found(instead({ outcome: 'emitted' }, { totals: { 'total EUR': '10.500000001' } }))).toEqual([['house', 'arrived', 'total EUR']])
  expect(found(instead({ outcome: 'applied' }, { count: 2n }))).toEqual([['house', 'accounted', 'count']])
})

test('a total that one side does not know at all is not compared, one of another currency is', () => {
  expect(found(instead({ unit: 'house' }, { totals: {} }))).toEqual([])
  expect(found(instead({ outcome: 'emitted' }, { totals: { 'total USD': '10.5' } }))).toEqual([['house', 'arrived', 'total EUR,total USD']])
})

test('a set never equals one that lacks a record of it, has one more, or holds another in its place', () => {
  const hash = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
  fc.assert(fc.property(fc.uniqueArray(hash, { minLength: 1, maxLength: 30 }), hash, fc.nat(), (hashes, other, place) => {
    const sum = (all: readonly bigint[]) => BigInt.asUintN(64, all.reduce((total, it) => total + it, 0n))
    const against = (all: readonly bigint[]) => found([
      counted('translate', 'shop', 'order.v1', 'emitted', BigInt(hashes.length), sum(hashes)), counted('deliver', 'house', 'order.v1', 'read', BigInt(all.length), sum(all)), counted('deliver', 'house', 'order.v1', 'applied', BigInt(all.length), sum(all)),
    ])
    const at = place % hashes.length
    fc.pre(!hashes.includes(other))
    expect(against(hashes.toReversed())).toEqual([])
    expect(against(hashes.toSpliced(at, 1))).toHaveLength(1)
    expect(against([...hashes, other])).toHaveLength(1)
    expect(against(hashes.with(at, other))).toHaveLength(1)
  }))
})
