import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { Adoption, Command, Receipt, Rejection } from '../../../canonical/models.generated.ts'
import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { BooksLease } from '../books/books-lease.ts'
import { writeReceipts } from '../books/write-receipts.ts'
import { writeRejections } from '../books/write-rejections.ts'
import { takeCommand } from '../redrive/take-command.ts'
import { topicIdOf } from './topic-id-of.ts'

let ledger: Ledger
let turn = 0
beforeAll(async () => {
  ledger = await newLedger('adopt')
  return () => ledger.$disconnect()
})

const at = 1_700_000_000_000_000 as Micros, topic = 'source.a'
const receipt = (unit: string, topicId: string, from: number): Receipt => ({
  stage: 'TRANSLATE', unit, instance: 'one', topic, topicId, partition: 0, from, next: from + 10, revision: 0, mapping: 'm', at, newest: at, oldest: at, answers: [],
  entries: [{ originTopic: topic, originPartition: 0, block: 0, model: null, outcome: 'mapped', reason: null, count: 10, hashSum: Buffer.alloc(8), totals: {} }],
})
const write = (...receipts: readonly Receipt[]) => ledger.$transaction((tx) => writeReceipts(tx, receipts))
const adoption = (was: string, now: string): Adoption => ({ topic, partition: 0, was, now, position: 20 })
const adopt = (unit: string, was: string, now: string, id = `${unit}-${++turn}`) => ledger.$transaction((tx) => takeCommand(tx, { id, act: 'adopt', subject: unit, actor: 'ada', reason: 'moved', at, selection: null, perSecond: null, range: null, offsets: null, adopt: [adoption(was, now)] } satisfies Command, turn))
const held = async (unit: string) => ({
  spans: (await ledger.span.findMany({ where: { unit }, orderBy: { from: 'asc' } })).map(({ topicId, from, next }) => `${topicId} ${from}-${next}`),
  receipts: (await ledger.receipt.findMany({ where: { unit }, orderBy: { from: 'asc' } })).map(({ topicId, from }) => `${topicId} ${from}`),
  count: Number((await ledger.blockCount.aggregate({ where: { unit }, _sum: { count: true } }))._sum.count),
})

test('receipts of both Kafkas join, in whatever order they come, and none counts twice', async () => {
  await write(receipt('joins', 'A', 0))
  await adopt('joins', 'A', 'B')
  // The last one of before the move, one of before that once more, and the first one after.
  await write(receipt('joins', 'A', 10), receipt('joins', 'A', 0))
  await write(receipt('joins', 'B', 20))
  expect(await held('joins')).toEqual({ spans: ['B 0-30'], receipts: ['B 0', 'B 10', 'B 20'], count: 30 })
  expect((await intervalBreaks(ledger)).filter(({ unit }) => unit === 'joins')).toEqual([])
})

test('a Kafka that is moved on, and back again, is one history', async () => {
  await write(receipt('back', 'A', 0))
  for (const [was, now] of [['A', 'B'], ['B', 'C'], ['C', 'A']] as const) await adopt('back', was, now)
  await write(receipt('back', 'B', 10))
  await write(receipt('back', 'C', 20))
  await write(receipt('back', 'A', 30))
  expect(await held('back')).toEqual({ spans: ['A 0-40'], receipts: ['A 0', 'A 10', 'A 20', 'A 30'], count: 40 })
})

test('a unit adopts for itself: what another has read of the same topic stays where it is', async () => {
  await write(receipt('one', 'A', 0), receipt('other', 'A', 0))
  await adopt('one', 'A', 'B')
  await write(receipt('other', 'A', 10))
  expect([(await held('one')).spans, (await held('other')).spans]).toEqual([['B 0-10'], ['A 0-20']])
})

test('rejections move with their topic, those that come late too; the act is in the audit once, with before and after', async () => {
  const rejection = (offset: number): Rejection => ({
    id: `${topic}/0/${offset}/TRANSLATE`, stage: 'TRANSLATE', unit: 'refuses', code: 'value.missing', says: 'Missing.', problems: [], group: 'g', entity: null, version: null, mapping: 'm', schemaId: null,
    originTopic: topic, originTopicId: 'A', originPartition: 0, originOffset: offset, originTime: at, at, attempt: 1, traceparent: null, key: null, value: null, headers: [],
  })
  await ledger.$transaction((tx) => writeRejections(tx, 0, [{ offset: 0, it: rejection(1) }]))
  for (let times = 0; times < 2; times++) await adopt('refuses', 'A', 'B', 'refuses-once')
  await ledger.$transaction((tx) => writeRejections(tx, 0, [{ offset: 1, it: rejection(2) }]))
  expect((await ledger.rejection.findMany({ where: { unit: 'refuses' } })).map(({ originTopicId }) => originTopicId)).toEqual(['B', 'B'])
  expect(await ledger.audit.findMany({ where: { subject: 'refuses' } })).toMatchObject([{ act: 'adopt', actor: 'ada', reason: 'moved', before: { [`${topic}/0`]: 'A at 20' }, after: { [`${topic}/0`]: 'B at 20' } }])
})

/** A receipt of the old id is on its way into the ledger while the topic is adopted. */
async function meanwhile(unit: string, idOf: (tx: LedgerTransaction) => Promise<string>): Promise<void> {
  const asked = Promise.withResolvers<void>()
  let adopted = false
  const writing = ledger.$transaction(async (tx) => {
    const topicId = await idOf(tx)
    asked.resolve()
    for (let waited = 0; waited < 20 && !adopted; waited++) await sleep(20)
    const { entries: _entries, answers: _answers, at: _at, newest: _newest, oldest: _oldest, stage: _stage, ...it } = receipt(unit, topicId, 0)
    await tx.receipt.create({ data: { ...it, stage: 'translate', at: new Date() } })
  })
  await asked.promise
  const adopting = adopt(unit, 'A', 'B').then(() => { adopted = true })
  await Promise.all([writing, adopting])
}

test('nothing is entered under an id that is just moved away from', async () => {
  await meanwhile('races', async (tx) => (await topicIdOf(tx))('races', topic, 'A'))
  expect((await held('races')).receipts).toEqual(['B 0'])
})

test('control: without waiting for who adopts, it is', async () => {
  await meanwhile('unguarded', () => Promise.resolve('A'))
  expect((await held('unguarded')).receipts).toEqual(['A 0'])
})

test('the books go on in a topic of another id where a person has said so, and who held it is fenced', async () => {
  const lease = (topicId: string, adopted: boolean) => new BooksLease(ledger, { unit: 'books', partition: 0, inputs: ['hub.receipts'] }, async () => ({ topic: 'hub.receipts', partition: 0, topicId, earliest: 0, end: 100 }), async () => async () => {}, () => (adopted ? 10 : null))
  const chunk = (topicId: string, from: number) => ({ unit: 'books', topic: 'hub.receipts', topicId, partition: 0, from, next: from + 10, records: [] })
  const former = lease('A', false)
  await former.acquire()
  await former.handle(chunk('A', 0))
  await expect(lease('B', false).acquire()).rejects.toMatchObject({ code: 'kafka.topic_recreated', moved: [{ was: 'A', now: 'B', position: 10 }] })
  const successor = lease('B', true)
  expect(await successor.acquire()).toEqual([{ topic: 'hub.receipts', position: 10 }])
  await expect(former.handle(chunk('A', 10))).rejects.toMatchObject({ code: 'books.lease_lost' })
  await successor.handle(chunk('B', 10))
  expect(await ledger.position.findMany({ where: { topic: 'hub.receipts' } })).toMatchObject([{ topicId: 'B', next: 20n }])
})
