import { expect, test } from 'vitest'
import type { FetchedPart } from './fetch.ts'
import { InputBuffer } from './input-buffer.ts'
import { Output } from './output.ts'
import { BatchWriter } from './record-batch.ts'
import { nextSequence } from './transaction.ts'
import { Turns } from './turns.ts'

function fetched(base: number, count: number): FetchedPart {
  const writer = new BatchWriter()
  for (let i = 0; i < count; i++) writer.add(null, Buffer.from(`${base + i}`))
  const records = writer.seal()
  records.writeBigInt64BE(BigInt(base), 0)
  return { topicId: 'id', partition: 0, code: 0, highWatermark: 100, lastStableOffset: 100, logStart: 0, aborted: [], records, release: () => {} }
}
const whole = { maxRecords: 1000, maxBytes: 900_000 }

test('an answer that does not start where the input goes on is thrown away', () => {
  const input = new InputBuffer('t', 'id', 0, 10, () => {})
  input.accept(0, fetched(0, 10))
  input.accept(10, fetched(10, 5))
  input.accept(10, fetched(10, 5))
  input.accept(15, fetched(15, 5))
  const { records, next } = input.take(whole)
  expect([records.map((it) => it.offset), next]).toEqual([[10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 20])
})

test('a closed input takes nothing more', () => {
  const input = new InputBuffer('t', 'id', 0, 0, () => {})
  input.closed = true
  input.accept(0, fetched(0, 10))
  expect(input.take(whole).records).toEqual([])
})

test('a chunk over several fetches keeps its bounds', () => {
  const input = new InputBuffer('t', 'id', 0, 0, () => {})
  for (let base = 0; base < 50; base += 10) input.accept(base, fetched(base, 10))
  const sizes: number[] = []
  for (let next = 0; next < 50;) {
    const chunk = input.take({ maxRecords: 17, maxBytes: 900_000 })
    sizes.push(chunk.records.length)
    next = chunk.next
  }
  expect(sizes).toEqual([17, 17, 16])
})

test('sequence numbers go on at 0 after 2^31 - 1', () => {
  expect(nextSequence(2 ** 31 - 1, 1)).toBe(0)
  expect(nextSequence(2 ** 31 - 10, 25)).toBe(15)
})

test('an output over 900 kB for one partition becomes several batches, in order, each under 1 MiB', () => {
  const output = new Output()
  const value = Buffer.alloc(1000)
  for (let i = 0; i < 2500; i++) output.add('t', 1, null, value)
  const batches = output.batches()
  expect(batches.map(({ writer }) => writer.count).reduce((sum, it) => sum + it)).toBe(2500)
  expect(batches.length).toBe(3)
  for (const { writer } of batches) expect(writer.size).toBeLessThan(2 ** 20)
})

test('units take turns, however many slots one of them has waiting', async () => {
  const turns = new Turns()
  const order: string[] = []
  const slots = [...Array.from({ length: 6 }, () => 'snapshot'), 'small', 'other']
  await Promise.all(slots.map(async (unit) => { await turns.take(unit); order.push(unit) }))
  expect(order.slice(0, 3)).toEqual(['snapshot', 'small', 'other'])
})
