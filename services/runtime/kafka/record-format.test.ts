import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KafkaRecord } from './chunk.ts'
import { BatchWriter, encodeHeaders } from './record-batch.ts'
import { RecordSet } from './record-set.ts'

interface Plain { key: Buffer | null; value: Buffer | null; headers: [string, Buffer | null][]; timestamp: number }
const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((it) => Buffer.from(it))
const plain: fc.Arbitrary<Plain> = fc.record({
  key: fc.option(bytes(20)), value: fc.option(bytes(300)), timestamp: fc.nat({ max: 2 ** 45 }),
  headers: fc.array(fc.tuple(fc.string({ maxLength: 10 }).filter((it) => it.isWellFormed()), fc.option(bytes(30))), { maxLength: 3 }),
})

function batch(records: Iterable<Plain>, codec: 'none' | 'gzip' | 'zstd' = 'none', base = 0): Buffer {
  const writer = new BatchWriter(64)
  for (const { key, value, headers, timestamp } of records) writer.add(key, value, encodeHeaders(headers), timestamp)
  const sealed = writer.seal({ codec })
  sealed.writeBigInt64BE(BigInt(base), 0)
  return sealed
}
function takeAll(set: RecordSet, bounds = { maxRecords: Infinity, maxBytes: Infinity }): KafkaRecord[] {
  const all: KafkaRecord[] = []
  for (;;) {
    const some: KafkaRecord[] = []
    const { more } = set.take(some, bounds)
    all.push(...some)
    if (!more) return all
  }
}
const asPlain = (record: KafkaRecord): Plain => (
  { key: record.key, value: record.value, headers: record.headers.map(({ name, value }) => [name, value]), timestamp: record.timestamp })

test('what is written is read back, byte for byte, with every codec', () => {
  fc.assert(fc.property(fc.array(plain, { minLength: 1, maxLength: 60 }), fc.constantFrom('none', 'gzip', 'zstd'), (records, codec) => {
    const read = takeAll(new RecordSet(batch(records, codec, 1000), 1000, []))
    expect(read.map(asPlain)).toEqual(records)
    expect(read.map((record) => record.offset)).toEqual(records.map((_, i) => 1000 + i))
  }))
})

test('taken in pieces of any size, the records are the same, and the position is always that of the next one', () => {
  fc.assert(fc.property(fc.array(fc.array(plain, { minLength: 1, maxLength: 8 }), { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 600 }), (batches, maxRecords, maxBytes) => {
    let base = 0
    const all = Buffer.concat(batches.map((records) => { base += records.length; return batch(records, 'none', base - records.length) }))
    const set = new RecordSet(all, 0, [])
    const read: KafkaRecord[] = []
    for (let more = true; more;) {
      const some: KafkaRecord[] = []
      more = set.take(some, { maxRecords, maxBytes }).more
      read.push(...some)
      expect(set.next).toBe(read.length)
    }
    expect(read.map(asPlain)).toEqual(batches.flat())
  }))
})

test('a fetch that starts inside a batch leaves out what lies before it', () => {
  const records = Array.from({ length: 10 }, (_, i) => ({ key: null, value: Buffer.from(`${i}`), headers: [], timestamp: 5 } satisfies Plain))
  expect(takeAll(new RecordSet(batch(records, 'none', 40), 47, [])).map((it) => it.offset)).toEqual([47, 48, 49])
})

test('a batch that was cut off at the end of an answer is left for the next fetch', () => {
  const record: Plain = { key: null, value: Buffer.alloc(50), headers: [], timestamp: 1 }
  const two = Buffer.concat([batch([record, record]), batch([record], 'none', 2)])
  for (const cut of [1, 40, 70]) {
    const set = new RecordSet(two.subarray(0, two.length - cut), 0, [])
    expect([takeAll(set).length, set.next]).toEqual([2, 2])
  }
})

test('a batch with a flipped bit is refused', () => {
  const damaged = batch([{ key: null, value: Buffer.alloc(50), headers: [], timestamp: 1 }])
  damaged[80] = 1
  expect(() => takeAll(new RecordSet(damaged, 0, []))).toThrow('CORRUPT_MESSAGE')
})

test('a batch of 300,000 records is read in chunks; kafkajs throws a RangeError at about 120,000', () => {
  const writer = new BatchWriter()
  for (let i = 0; i < 300_000; i++) writer.add(null, null, undefined, 1)
  const set = new RecordSet(writer.seal(), 0, [])
  const first: KafkaRecord[] = []
  expect(set.take(first, { maxRecords: 1000, maxBytes: 900_000 }).more).toBe(true)
  expect([first.length, takeAll(set, { maxRecords: 1000, maxBytes: 900_000 }).length, set.next]).toEqual([1000, 299_000, 300_000])
})

test('a used arena carries nothing over into the next batch', () => {
  const writer = new BatchWriter(64)
  writer.add(Buffer.from('first'), Buffer.alloc(500, 1), undefined, 99)
  writer.seal()
  writer.reset()
  writer.add(null, Buffer.from('second'), undefined, 7)
  const [only, ...more] = takeAll(new RecordSet(writer.seal(), 0, []))
  expect([only && asPlain(only), more.length]).toEqual([{ key: null, value: Buffer.from('second'), headers: [], timestamp: 7 }, 0])
})
