import { afterAll, beforeAll, expect, test } from 'vitest'
import { newLedger } from '../../../test/new-ledger.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { groupRejections } from './group.ts'
import { listRejections } from './list.ts'

let ledger: Ledger
beforeAll(async () => {
  ledger = await newLedger('instant')
  const at = new Date()
  await ledger.rejection.createMany({ data: Array.from({ length: 6_000 }, (_, n) => ({
    id: `orders/0/${n}/TRANSLATE`, stage: 'translate', unit: 'shopify-orders', code: 'value.not-one-of', says: '', problems: [], group: `cause ${n % 3}`, entity: `order:${n}`, version: 1n, mapping: '1',
    originTopic: 'orders', originTopicId: 'a', originPartition: 0, originOffset: BigInt(n), originTime: at, at, attempt: 1,
  })) })
})
afterAll(async () => { await ledger.$disconnect() })

/** How many answers contradict themselves while rejections are closed, 20 at a time. */
async function contradictions(asked: Ledger): Promise<number> {
  await ledger.rejection.updateMany({ data: { status: 'open' } })
  let closing = true, wrong = 0, answers = 0
  const closed = (async () => {
    for (let n = 0; n < 6_000; n += 20) await ledger.rejection.updateMany({ where: { originOffset: { gte: n, lt: n + 20 } }, data: { status: 'closed' } })
    closing = false
  })()
  while (closing) {
    // A group of which nothing is open any more has no sample.
    const said = await groupRejections(asked, {}).catch(() => null), list = await listRejections(asked, { limit: '1000' })
    if (said === null || said.groups.reduce((sum, { count }) => sum + count, 0) !== said.total) wrong++
    if (list.rejections.length !== Math.min(list.total, 1_000)) wrong++
    answers++
  }
  await closed
  expect(answers).toBeGreaterThan(5)
  return wrong
}

test('groups and lists add up to their total while rejections close; read one thing after the other they do not', async () => {
  expect(await contradictions(ledger)).toBe(0)
  const asItGoes = Object.create(ledger, { $transaction: { value: (read: Parameters<Ledger['$transaction']>[0]) => ledger.$transaction(read) } }) as Ledger
  expect(await contradictions(asItGoes)).toBeGreaterThan(0)
})
