import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Decimal } from '../../../canonical/decimal.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Receipt, ReceiptEntry, Rejection } from '../../../canonical/models.generated.ts'
import type { Chunk } from '../../runtime/kafka/chunk.ts'
import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { BooksLease, type Prepare } from './books-lease.ts'
import { writeReceipts } from './write-receipts.ts'
import { writeRejections } from './write-rejections.ts'
import { writeStates } from './write-states.ts'

let ledger: Ledger
let topics = 0
beforeAll(async () => {
  ledger = await newLedger('books')
  return () => ledger.$disconnect()
})

const at = 1_700_000_000_000_000 as Micros
const entry = (it: Partial<ReceiptEntry> = {}): ReceiptEntry => ({
  originTopic: 'source.a', originPartition: 0, block: 0, model: null, outcome: 'mapped', reason: null, count: 10, hashSum: Buffer.from('ffffffffffffffff', 'hex'), totals: { amount: '0.1' as Decimal }, ...it,
})
const receipt = (unit: string, from: number, next: number, it: Partial<Receipt> = {}): Receipt => ({
  stage: 'TRANSLATE', unit, instance: 'one', topic: 'source.a', topicId: 'T', partition: 0, from, next, revision: 0, mapping: 'm', at, newest: at, oldest: at, entries: [entry()], answers: [], ...it,
})
/** A chunk of a topic of its own, whose records stand for these receipts. */
const chunkOf = (topic: string, from: number, next: number, topicId = 'id'): Chunk => ({ unit: 'receipts', topic, topicId, partition: 0, from, next, records: [] })
const newTopic = () => `hub.receipts.${++topics}`
const leaseOf = (topic: string, prepare: Prepare, topicId = 'id') =>
  new BooksLease(ledger, { unit: 'receipts', partition: 0, inputs: [topic] }, async () => ({ topic, partition: 0, topicId, earliest: 0, end: 100 }), prepare)
const writing = (receipts: Receipt[]): Prepare => async () => async (tx) => { await writeReceipts(tx, receipts) }
const counted = async (unit: string) => (await ledger.blockCount.findMany({ where: { unit } })).map(({ count, hashSum, totals }) => ({ count, hashSum: hashSum.toFixed(), totals }))

test('a receipt that is published twice counts once, in one chunk and in two', async () => {
  await ledger.$transaction((tx) => writeReceipts(tx, [receipt('twice', 0, 10), receipt('twice', 0, 10), receipt('twice', 10, 20)]))
  expect(await ledger.$transaction((tx) => writeReceipts(tx, [receipt('twice', 10, 20), receipt('twice', 20, 30)]))).toHaveLength(1)
  expect(await counted('twice')).toEqual([{ count: 30n, hashSum: ((3n * (2n ** 64n - 1n)) % 2n ** 64n).toString(), totals: { amount: '0.3' } }])
})

test('a receipt with a higher revision counts beside the first', async () => {
  await ledger.$transaction((tx) => writeReceipts(tx, [receipt('revised', 0, 10), receipt('revised', 0, 10, { revision: 1 })]))
  expect(await counted('revised')).toMatchObject([{ count: 20n }])
})

test('a chunk whose transaction fails leaves neither rows nor a moved position', async () => {
  const topic = newTopic()
  const failing = leaseOf(topic, async () => async (tx) => { await writeReceipts(tx, [receipt('torn', 0, 10)]); throw new Error('killed here') })
  await failing.acquire()
  await expect(failing.handle(chunkOf(topic, 0, 10))).rejects.toThrow('killed here')
  expect(await counted('torn')).toEqual([])
  const next = leaseOf(topic, writing([receipt('torn', 0, 10)]))
  expect(await next.acquire()).toEqual([{ topic, position: 0 }])
  await next.handle(chunkOf(topic, 0, 10))
  expect(await next.acquire()).toEqual([{ topic, position: 10 }])
  expect(await counted('torn')).toMatchObject([{ count: 10n }])
})

test('control: with the position in a transaction of its own, the same failure loses the receipt', async () => {
  const topic = newTopic()
  const failing = leaseOf(topic, async (chunk) => {
    // The guard is out: the position is on its way before the rows are.
    await ledger.position.update({ where: { topic_partition: { topic, partition: 0 } }, data: { next: chunk.next } })
    return async (tx) => { await writeReceipts(tx, [receipt('lost', 0, 10)]) }
  })
  await failing.acquire()
  await expect(failing.handle(chunkOf(topic, 0, 10))).rejects.toMatchObject({ code: 'books.lease_lost' })
  expect(await leaseOf(topic, writing([])).acquire()).toEqual([{ topic, position: 10 }])
  expect(await counted('lost')).toEqual([])
})

test('an owner that was fenced writes nothing more', async () => {
  const topic = newTopic()
  const old = leaseOf(topic, writing([receipt('fenced', 0, 10)]))
  await old.acquire()
  const successor = leaseOf(topic, writing([receipt('fenced', 0, 10)]))
  await successor.acquire()
  await expect(old.handle(chunkOf(topic, 0, 10))).rejects.toMatchObject({ code: 'books.lease_lost' })
  await successor.handle(chunkOf(topic, 0, 10))
  await expect(old.handle(chunkOf(topic, 10, 20))).rejects.toMatchObject({ code: 'books.lease_lost' })
  expect(await counted('fenced')).toMatchObject([{ count: 10n }])
})

test('a chunk that was written is not written again, and a gap is not jumped', async () => {
  const topic = newTopic()
  const lease = leaseOf(topic, writing([receipt('again', 0, 10)]))
  await lease.acquire()
  await lease.handle(chunkOf(topic, 0, 10))
  await expect(lease.handle(chunkOf(topic, 0, 10))).rejects.toMatchObject({ code: 'books.lease_lost' })
  await expect(lease.handle(chunkOf(topic, 15, 20))).rejects.toMatchObject({ code: 'books.lease_lost' })
})

test('the books stop at a re-created topic', async () => {
  const topic = newTopic()
  await leaseOf(topic, writing([])).acquire()
  await expect(leaseOf(topic, writing([]), 'another').acquire()).rejects.toMatchObject({ name: 'Stopped', code: 'kafka.topic_recreated' })
})

test('gaps and overlaps between receipts are named with their range', async () => {
  await ledger.$transaction((tx) => writeReceipts(tx, [
    receipt('broken', 0, 10), receipt('broken', 12, 20), receipt('broken', 18, 30), receipt('broken', 30, 40),
    receipt('whole', 5, 10), receipt('whole', 10, 20), receipt('whole', 10, 20, { revision: 1 }), receipt('whole', 0, 3, { topicId: 'U' }),
  ]))
  const breaks = (await intervalBreaks(ledger)).filter(({ unit }) => unit === 'broken' || unit === 'whole')
  expect(breaks.map(({ kind, unit, from, next }) => [kind, unit, Number(from), Number(next)])).toEqual([['gap', 'broken', 10, 12], ['overlap', 'broken', 18, 20]])
})

test('a gap that a late receipt fills is none any more', async () => {
  const breaks = async () => (await intervalBreaks(ledger)).filter(({ unit }) => unit === 'late').map(({ kind, from, next }) => [kind, Number(from), Number(next)])
  await ledger.$transaction((tx) => writeReceipts(tx, [receipt('late', 0, 10), receipt('late', 20, 30)]))
  await ledger.$transaction((tx) => writeReceipts(tx, [receipt('late', 30, 40)]))
  expect(await breaks()).toEqual([['gap', 10, 20]])
  await ledger.$transaction((tx) => writeReceipts(tx, [receipt('late', 10, 20)]))
  expect(await breaks()).toEqual([])
})

test('of several states of a partition the last word stays', async () => {
  const state = { unit: 's', stage: 'translate', topic: 'source.a', partition: 0, state: 'running', code: null, reason: null, position: 1, instance: 'one', at: '2026-01-01T00:00:00.000Z' } as const
  await ledger.$transaction((tx) => writeStates(tx, [state, { ...state, position: 2 }]))
  await ledger.$transaction((tx) => writeStates(tx, [{ ...state, state: 'paused', code: 'registry.unreachable', reason: 'away', position: 3 }]))
  expect(await ledger.unitState.findMany({ where: { unit: 's' } })).toMatchObject([{ state: 'paused', code: 'registry.unreachable', position: 3n, at: new Date(state.at) }])
})

test('a rejection is kept without its bytes, and a later attempt replaces an earlier one', async () => {
  const rejection: Rejection = {
    id: 'translate:T/0/7', stage: 'TRANSLATE', unit: 'a', code: 'value.unknown', says: 'Unknown value.', problems: [{ field: 'status', from: ['financial_status'], code: 'value.unknown', expected: 'one of PAID', got: 'text' }],
    group: 'g', entity: null, version: null, mapping: 'm', schemaId: null, originTopic: 'source.a', originTopicId: 'T', originPartition: 0, originOffset: 7, originTime: at, at, attempt: 1,
    traceparent: null, key: Buffer.from('personal'), value: Buffer.from('personal'), headers: [{ name: 'personal', value: Buffer.from('personal') }],
  }
  await ledger.$transaction((tx) => writeRejections(tx, 3, [{ offset: 5, it: rejection }, { offset: 6, it: { ...rejection, attempt: 2, code: 'value.other' } }]))
  await ledger.$transaction((tx) => writeRejections(tx, 3, [{ offset: 5, it: rejection }]))
  const kept = await ledger.rejection.findMany()
  expect(kept).toMatchObject([{ code: 'value.other', attempt: 2, stage: 'translate', originOffset: 7n, rejectedPartition: 3, rejectedOffset: 6n, status: 'open' }])
  expect(JSON.stringify(kept, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain('personal')
})
