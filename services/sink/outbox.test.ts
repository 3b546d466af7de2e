import { expect, test, vi } from 'vitest'
import { Health } from '../runtime/health.ts'
import { Outbox } from './outbox.ts'
import type { StoredLetter, Target } from './targets/target.ts'

const hold = { topic: 'canonical.order.v1', topicId: 'it', partition: 0, fence: '1' }
const letter = (id: string): StoredLetter => ({ id, topic: 'hub.receipts', partition: 0, key: Buffer.from(id), value: Buffer.from(id) })

/** An outbox over letters in memory, and how often it was emptied. */
function outboxOf(letters: StoredLetter[]) {
  const sent: string[][] = []
  const target: Pick<Target, 'letters' | 'sent'> = { letters: async () => [...letters], sent: async (these) => { letters.splice(0, these.length) } }
  const outbox = new Outbox(target as Target, { send: async (_, records) => { sent.push([...records].map(({ key }) => `${key?.toString()}`)) } }, new Health())
  outbox.add(hold)
  return { outbox, sent }
}

test('the letters of many chunks go out together', async () => {
  const letters: StoredLetter[] = [], { outbox, sent } = outboxOf(letters)
  for (const id of ['a', 'b', 'c']) {
    letters.push(letter(id))
    outbox.wake()
    await new Promise((done) => { setTimeout(done, 20) })
  }
  await vi.waitFor(() => { expect(sent).toEqual([['a', 'b', 'c']]) })
  await outbox.stop()
})

test('a sink that stops waits for no more letters', async () => {
  const letters = [letter('a')], { outbox, sent } = outboxOf(letters), began = performance.now()
  await outbox.stop()
  expect(sent).toEqual([['a']])
  expect(performance.now() - began).toBeLessThan(200)
})
