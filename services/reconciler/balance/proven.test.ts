import { expect, test } from 'vitest'
import type { Receipt, ReceiptEntry } from '../../../canonical/models.generated.ts'
import { touched } from '../books/touched.ts'
import { oldestOf, throughOf } from './proven.ts'
import { Spans } from './spans.ts'

const open = (block: number, oldest: number | null = 100, whole = false) => ({ block, oldest, whole })

test('without an open block everything that is translated is proven', () => {
  expect(throughOf({ translated: 5_000, before: 10, lowest: null })).toBe(5_000)
  expect(oldestOf({ translated: 5_000, lowest: null, others: null, waiting: null }, null)).toBeNull()
  expect(oldestOf({ translated: 5_000, lowest: null, others: null, waiting: 70 }, null)).toBe(70)
})

test('of an open block the part that was equal before stays proven, unless a record of it was sent again or it was whole', () => {
  expect(throughOf({ translated: 5_000, before: 4_200, lowest: open(1) })).toBe(4_200)
  expect(throughOf({ translated: 5_000, before: 4_200, lowest: open(1, 100, true) })).toBe(4_096)
  expect(throughOf({ translated: 9_000, before: 9_000, lowest: open(1) })).toBe(4_096)
  expect(throughOf({ translated: 5_000, before: 10, lowest: open(1) })).toBe(4_096)
})

test('the oldest record is that of the open blocks or of what waits; a block without a time proves nothing', () => {
  expect(oldestOf({ translated: 5_000, lowest: open(1), others: 90, waiting: null }, null)).toBe(90)
  expect(oldestOf({ translated: 5_000, lowest: open(1), others: null, waiting: 200 }, 150)).toBe(150)
  expect(oldestOf({ translated: 5_000, lowest: open(1, null), others: null, waiting: null }, null)).toBe(0)
  expect(oldestOf({ translated: 4_096, lowest: open(1, null), others: null, waiting: 200 }, null)).toBe(200)
})

test('spans reach as far as nothing is missing, and name what is', () => {
  const span = (from: number, next: number) => ({ stage: 'translate', unit: 'shop', topic: 't', topicId: 'T', partition: 0, from, next })
  expect(new Spans([span(20, 30), span(5, 10), span(10, 15)]).reach('translate', 'shop', 't', 'T', 0)).toEqual({ whole: 15, most: 30, gaps: [{ from: 15, next: 20 }] })
  expect(new Spans([]).reach('translate', 'shop', 't', 'T', 0)).toEqual({ whole: 0, most: 0, gaps: [] })
})

test('a block\'s times are those of the source\'s own records; a redrive marks it, a delivery does neither', () => {
  const receipt = (stage: Receipt['stage'], topic: string, oldest: number | null, newest: number | null) => ({ stage, topic, oldest, newest, entries: [{ originTopic: 'source.a', originPartition: 1, block: 2 } as ReceiptEntry] }) as unknown as Receipt
  expect(touched([receipt('TRANSLATE', 'source.a', 7, 9), receipt('TRANSLATE', 'source.a', 8, 12), receipt('DELIVER', 'canonical.a', 1, 99)])).toEqual([{ topic: 'source.a', partition: 1, block: 2, oldest: 7, newest: 12, resent: false }])
  expect(touched([receipt('TRANSLATE', 'redrive.a', null, null)])).toMatchObject([{ oldest: null, resent: true }])
})
