import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { partitionOf } from '../../../services/runtime/kafka/partition.ts'
import mapping from '../source/mapping.ts'
import { Orders } from './orders.ts'
import { SplittableRandom } from './splittable-random.ts'

const taken = (seed: number, count: number) => { const orders = new Orders(seed); return { list: Array.from({ length: count }, () => orders.next()), keys: () => orders.keys } }

test('it draws the numbers of java.util.SplittableRandom', () => {
  const random = new SplittableRandom(1)
  expect([6, 1_000_000, 4, 9000, 20_000].map((bound) => random.below(bound))).toEqual([2, 588_302, 2, 2737, 18_211])
})

test("seed 1 gives byte for byte the orders of the rivals' generator", () => {
  const { list, keys } = taken(1, 5_000)
  // Its first 5,000, joined by line feeds.
  expect(createHash('sha256').update(list.map((it) => it.value).join('\n')).digest('hex')).toBe('2196d0e131c010ebdc2041822dc533187443e9af231be0fc5c44edbe0939249c')
  expect(keys()).toBe(4_015)
})

test('a seed gives the same orders again, another seed others', () => {
  expect(taken(7, 500).list).toEqual(taken(7, 500).list)
  expect(taken(7, 500).list).not.toEqual(taken(8, 500).list)
})

test('an order is about 700 bytes, one in five a newer version of an earlier one, versions counted from 1', () => {
  const { list, keys } = taken(3, 20_000), versions = new Map<string, number>()
  let skipped = 0
  for (const { key, version } of list) {
    if (version !== (versions.get(key) ?? 0) + 1) skipped++
    versions.set(key, version)
  }
  expect(skipped).toBe(0)
  expect(versions.size).toBe(keys())
  expect(list.reduce((sum, it) => sum + it.value.length, 0) / list.length).toBeCloseTo(704, -1)
  expect(1 - keys() / list.length).toBeCloseTo(0.2, 2)
})

test('keys spread evenly over eight partitions', () => {
  const counts = new Array<number>(8).fill(0)
  for (const { key } of taken(1, 20_000).list) counts[partitionOf(Buffer.from(key), 8)]!++
  expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.1)
})

test('every order becomes one canonical record', () => {
  for (const { key, version, value } of taken(1, 200).list) {
    expect(mapping.translateBytes(Buffer.from(value))).toMatchObject({ records: [{ model: 'order.v1', entity: `bench:${key}`, version }] })
  }
})
