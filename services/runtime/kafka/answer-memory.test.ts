import { expect, test } from 'vitest'
import { LentAnswer, memoryFor } from './answer-memory.ts'
import type { FetchedPart } from './fetch.ts'
import { InputBuffer } from './input-buffer.ts'
import { BatchWriter } from './record-batch.ts'

const large = 500_000
/** One batch of ten records as an answer of the broker carries it, in memory that is lent. */
function fetched(base: number): FetchedPart & { readonly memory: ArrayBufferLike } {
  const writer = new BatchWriter(), answer = memoryFor(large)
  for (let n = 0; n < 10; n++) writer.add(Buffer.from(`key ${base + n}`), Buffer.from(`value ${base + n}`))
  const batch = writer.seal()
  batch.writeBigInt64BE(BigInt(base), 0)
  answer.set(batch)
  return { topicId: 'id', partition: 0, code: 0, highWatermark: 100, lastStableOffset: 100, logStart: 0, aborted: [], records: answer.subarray(0, batch.length), release: new LentAnswer(answer).keep(), memory: answer.buffer }
}
const five = { maxRecords: 5, maxBytes: 900_000 }

test('memory is used again when the chunk after the one that used it up is taken, and not before', () => {
  const input = new InputBuffer('t', 'id', 0, 0, () => {}), first = fetched(0), second = fetched(10)
  input.accept(0, first)
  input.accept(10, second)
  input.take(five)
  const { records: [last] } = input.take(five)
  expect(memoryFor(large).buffer).not.toBe(first.memory)
  expect(last!.value!.toString()).toBe('value 5')
  const { records: [next] } = input.take(five)
  expect(memoryFor(large).buffer).toBe(first.memory)
  // Whoever still looked at the old record would see that nothing is there, and not what was fetched since.
  expect(last!.value!.every((byte) => byte === 0)).toBe(true)
  expect(next!.value!.toString()).toBe('value 10')
})

test('an answer of several parts goes back when the last of them is let go', () => {
  const answer = memoryFor(large), lent = new LentAnswer(answer), [one, other] = [lent.keep(), lent.keep()]
  one()
  expect(memoryFor(large).buffer).not.toBe(answer.buffer)
  other()
  expect(memoryFor(large).buffer).toBe(answer.buffer)
})

test('small answers and very large ones have memory of their own', () => {
  const small = memoryFor(1_000), huge = memoryFor(4 << 20)
  for (const answer of [small, huge]) new LentAnswer(answer).keep()()
  expect([small.length, huge.length]).toEqual([1_000, 4 << 20])
  expect(small.buffer.byteLength).toBeLessThan(large)
  expect(memoryFor(4 << 20).buffer).not.toBe(huge.buffer)
})
