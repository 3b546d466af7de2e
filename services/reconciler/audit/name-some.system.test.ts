import { beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Found } from '../findings/finding.ts'
import { writeFindings } from '../findings/write-findings.ts'
import { nameSome } from './name-some.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('named')
  return () => ledger.$disconnect()
})

const altered = (n: number, it: Partial<Found> = {}): Found =>
  ({ kind: 'topic.altered', unit: 'shop', model: 'order.v1', entity: `shop:${n}`, about: `source.shop/0/${n}`, place: { offset: n }, fields: [], says: 'It differs.', mark: `${n}`, ...it })
const some = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => altered(from + n))
const round = (found: readonly Found[]) => ledger.$transaction(async (tx) => (await writeFindings(tx, await nameSome(tx, found, 10), null)).length)
const rows = async () => (await ledger.finding.findMany({ where: { status: 'open' }, orderBy: { firstSeen: 'asc' } })).map(({ entity, place, model }) => entity ?? `${model} and ${(place as { records: number }).records} more`)

test('of many differences of one kind some are named and the others are counted, each once', async () => {
  expect(await round(some(0, 8))).toBe(8)
  // Two that are there, two that still fit, three that do not; and one of another model.
  expect(await round([...some(6, 13), altered(1, { model: 'customer.v1', about: 'another' })])).toBe(4)
  expect((await rows()).filter((it) => it.includes('more'))).toEqual(['order.v1 and 3 more'])
  expect(await round(some(13, 20))).toBe(0)
  expect((await rows()).filter((it) => it.includes('more'))).toEqual(['order.v1 and 10 more'])
  expect(await rows()).toHaveLength(12)
  // What is mended makes room again.
  await ledger.finding.updateMany({ where: { entity: { in: ['shop:1', 'shop:2'] }, model: 'order.v1' }, data: { status: 'gone' } })
  expect(await round(some(20, 23))).toBe(2)
  expect((await rows()).filter((it) => it.includes('more'))).toEqual(['order.v1 and 11 more'])
})
