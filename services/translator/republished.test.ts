import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelCodec, receiptCodec } from '../../canonical/codec.ts'
import type { Made } from '../../canonical/compile.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { Header, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { genesisKey, LeaseState } from '../runtime/kafka/lease-state.ts'
import { RecordSet } from '../runtime/kafka/record-set.ts'
import { names } from '../runtime/names.ts'
import { asRedriven } from '../runtime/redrive.ts'
import { type Republish, republishOrder } from '../runtime/republish.ts'
import { sourcesFolder } from './sources/generate.ts'
import { sources } from './sources/index.generated.ts'
import { Unit } from './unit.ts'

const { card, source } = sources['shopify-orders'], hub = names(''), topic = hub.topic(card.topic)
const value = readFileSync(join(sourcesFolder, card.name, 'samples', 'an-order-and-its-customer.in.json'))
const [order, customer] = (source.translateBytes(value) as { records: [Made, Made] }).records
const give = ({ model, entity, version }: Made, revision: number) => ({ model, entity, version, revision })
const asked = (it: Partial<Republish> = {}): Republish => ({ id: `c/0/${it.offset ?? 7}`, turn: 5, topic, topicId: 'T', partition: 0, offset: 7, mapping: null, give: [give(order, 1)], ...it })
const fresh = () => { const state = new LeaseState(); state.apply(new Map([[genesisKey(topic), { topicId: 'T', first: 0 }]])); return state }

interface Sent { readonly it: Republish; readonly bytes?: Buffer | null; readonly headers?: readonly Header[] }
/** What a chunk of the redrive topic becomes; the state takes over what is committed. */
async function sent(state: LeaseState, records: readonly (Sent | readonly Header[])[], partition = 0) {
  const unit = new Unit({ card, source, names: hub, registry: { idOf: async () => 1 }, instance: 'test', approvedAt: () => -Infinity, reread: async () => new Map() })
  const { output } = await unit.translate({ unit: unit.name, topic: hub.redriveSource(unit.name), topicId: 'R', partition, from: 0, next: records.length, records: records.map((each, offset): KafkaRecord =>
    ('it' in each ? { offset, timestamp: 1, key: null, value: each.bytes === undefined ? value : each.bytes, headers: republishOrder.put(each.it, each.headers ?? []) } : { offset, timestamp: 1, key: null, value, headers: each })) }, { state, killed: false, alone: false })
  const written = (name: string) => output.batches().filter((it) => it.topic === name).flatMap(({ writer }) => {
    const into: KafkaRecord[] = []
    new RecordSet(writer.seal(), 0, []).take(into, { maxRecords: Infinity, maxBytes: Infinity })
    return into
  })
  const receipt = receiptCodec().decode(written(hub.receipts)[0]!.value!, () => schemaText('receipt.v1')), codec = modelCodec('order.v1')
  state.apply(output.stateChanges)
  return {
    answers: receipt.answers.map(({ rejection, outcome, reason }) => `${rejection} ${outcome}${reason === null ? '' : ` ${reason}`}`),
    entries: receipt.entries.map(({ model, outcome, count, block }) => `${model} ${outcome} ${count} in ${block}`),
    orders: written(hub.canonical('order.v1')).map((it) => codec.decodeMeta(it.value!, () => schemaText('order.v1'))), customers: written(hub.canonical('customer.v1')).length, rejected: written(hub.rejected(unit.name)).length,
  }
}

test('of what a record gives that which is asked for is emitted newly in its block, with the revision; nothing is read or mapped', async () => {
  const { answers, entries, orders, customers } = await sent(fresh(), [{ it: asked({ offset: 5_000, give: [give(order, 3)] }) }])
  expect([answers, entries, customers]).toEqual([['c/0/5000 republished'], ['order.v1 emitted 1 in 1'], 0])
  expect(orders).toMatchObject([{ revision: 3, version: order.version, origin: { topic, partition: 0, offset: 5_000 }, effectKey: expect.stringContaining(`@${order.version}.3#`) as string }])
  expect((await sent(fresh(), [{ it: asked({ give: [give(order, 1), give(customer, 2)] }) }])).customers).toBe(1)
})

test('turns and offsets only go up: in one chunk, in the next, and after the command is long over', async () => {
  const state = fresh(), at = (turn: number, offset: number) => ({ it: asked({ turn, offset }) })
  expect((await sent(state, [at(5, 7), at(5, 7), at(5, 9), at(5, 8)])).answers).toEqual(['c/0/7 republished', 'c/0/7 already', 'c/0/9 republished', 'c/0/8 already'])
  expect((await sent(state, [at(5, 9), at(6, 2)])).answers).toEqual(['c/0/9 already', 'c/0/2 republished'])
  expect((await sent(state, [at(5, 100), at(6, 2), at(6, 3)])).answers).toEqual(['c/0/100 already', 'c/0/2 already', 'c/0/3 republished'])
  expect(state.get('republish')).toEqual({ turn: 6, next: 4 })
})

test('another mapping, another topic of the name, another entity or version: nothing is published, and it is said', async () => {
  const state = fresh(), { fingerprint } = source
  const { answers, orders, customers } = await sent(state, [
    { it: asked({ offset: 1, mapping: 'another' }) }, { it: asked({ offset: 2, topicId: 'U' }) }, { it: asked({ offset: 3, give: [give({ ...order, version: 1 }, 1)] }) },
    { it: asked({ offset: 4 }), bytes: Buffer.from('{') }, { it: asked({ offset: 5, mapping: fingerprint }) },
  ])
  expect(answers).toEqual(['c/0/1 other-mapping', 'c/0/2 other-topic', 'c/0/3 nothing-given', expect.stringMatching(/^c\/0\/4 rejected payload\./), 'c/0/5 republished'])
  expect([orders.length, customers]).toEqual([1, 0])
})

test('what is refused today opens no rejection: the record went through then', async () => {
  expect(await sent(fresh(), [{ it: asked(), bytes: null }])).toMatchObject({ entries: [], orders: [], rejected: 0 })
})

test('of another partition, or ordered by a header that the source itself has sent, nothing is done', async () => {
  expect(await sent(fresh(), [{ it: asked() }], 1)).toMatchObject({ answers: [], orders: [] })
  expect(await sent(fresh(), [{ it: asked({ topic: 'source.other' }) }])).toMatchObject({ answers: [], orders: [] })
  const rejection = `${topic}/0/7/TRANSLATE`, redriven = asRedriven({ rejection, topic, topicId: 'T', partition: 0, offset: 7, attempt: 1, ask: 'redrive' }, republishOrder.put(asked(), []))
  expect(await sent(fresh(), [redriven])).toMatchObject({ answers: [`${rejection} already`], orders: [] })
})
