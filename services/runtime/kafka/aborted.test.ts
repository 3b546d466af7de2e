import { crc32c } from '@node-rs/crc32'
import filterAbortedMessages from 'kafkajs/src/consumer/filterAbortedMessages.js'
import { expect, test } from 'vitest'
import type { KafkaRecord } from './chunk.ts'
import { BatchWriter } from './record-batch.ts'
import { type AbortedTransaction, RecordSet } from './record-set.ts'

interface Step { producer: bigint; value?: string; key?: Buffer | null; ends?: 'commit' | 'abort' }

/** A partition's log, one batch for each step, as a broker would keep it. */
function log(steps: readonly Step[]): Buffer {
  return Buffer.concat(steps.map(({ producer, value, key, ends }, offset) => {
    const writer = new BatchWriter()
    if (ends) writer.add(Buffer.from([0, 0, 0, ends === 'commit' ? 1 : 0]), Buffer.alloc(6), undefined, 1)
    else writer.add(key ?? null, Buffer.from(value ?? ''), undefined, 1)
    const sealed = writer.seal({ stamp: { producerId: producer, epoch: 0, sequence: 0, transactional: true }, codec: 'none' })
    sealed.writeBigInt64BE(BigInt(offset), 0)
    if (ends) sealed.writeInt16BE(0x30, 21)
    sealed.writeUInt32BE(crc32c(sealed.subarray(21)), 17)
    return sealed
  }))
}
function read(steps: readonly Step[], aborted: readonly AbortedTransaction[], from = 0) {
  const set = new RecordSet(log(steps).subarray(), from, aborted)
  const records: KafkaRecord[] = []
  set.take(records, { maxRecords: Infinity, maxBytes: Infinity })
  return { values: records.map((record) => `${record.value}`), next: set.next }
}
function stock(steps: readonly Step[], aborted: readonly AbortedTransaction[]): string[] {
  const messages = steps.map(({ producer, value, key, ends }, offset) => ({
    offset: `${offset}`, value, key: ends ? Buffer.from([0, 0, 0, ends === 'commit' ? 1 : 0]) : key ?? null,
    isControlRecord: ends !== undefined, batchContext: { producerId: `${producer}`, inTransaction: true },
  }))
  const kept = filterAbortedMessages({ messages, abortedTransactions: aborted.map((it) => ({ producerId: `${it.producerId}`, firstOffset: `${it.firstOffset}` })) })
  return kept.filter((it) => !it.isControlRecord).map((it) => `${it.value}`)
}

const interleaved: Step[] = [
  { producer: 1n, value: 'aborted 1' }, { producer: 2n, value: 'aborted 2' }, { producer: 3n, value: 'committed' },
  { producer: 2n, ends: 'abort' }, { producer: 1n, value: 'aborted 1 again' }, { producer: 1n, ends: 'abort' }, { producer: 3n, ends: 'commit' },
  { producer: 1n, value: 'later' }, { producer: 1n, ends: 'commit' },
]
const broker: AbortedTransaction[] = [{ producerId: 2n, firstOffset: 1 }, { producerId: 1n, firstOffset: 0 }]

test('aborted records never come out, in whatever order the broker lists the transactions', () => {
  expect(read(interleaved, broker)).toEqual({ values: ['committed', 'later'], next: 9 })
  expect(read(interleaved, broker.toReversed())).toEqual({ values: ['committed', 'later'], next: 9 })
})

test('stock kafkajs delivers an aborted record there', () => {
  expect(stock(interleaved, broker)).not.toEqual(['committed', 'later'])
})

const zeroKey: Step[] = [
  { producer: 1n, value: 'aborted', key: Buffer.alloc(4) }, { producer: 1n, value: 'aborted too' }, { producer: 1n, ends: 'abort' }, { producer: 1n, value: 'good' }, { producer: 1n, ends: 'commit' },
]
test('a key of four zero bytes is no abort marker', () => {
  expect(read(zeroKey, [{ producerId: 1n, firstOffset: 0 }]).values).toEqual(['good'])
})
test('stock kafkajs takes it for one', () => {
  expect(stock(zeroKey, [{ producerId: 1n, firstOffset: 0 }])).toContain('aborted too')
})

test('a transaction that began before the fetch and is aborted in it is left out', () => {
  expect(read(interleaved, broker, 4).values).toEqual(['later'])
})

test('where nothing was committed the position still moves to the end', () => {
  expect(read(zeroKey.slice(0, 3), [{ producerId: 1n, firstOffset: 0 }])).toEqual({ values: [], next: 3 })
})
