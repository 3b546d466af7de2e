import { expect, test } from 'vitest'
import { testHub } from '../hub.ts'
import { killedBooks } from './killed-reconciler.ts'

const kills = 20
const same = { receipt: [], span: [], blockCount: [], block: [], rejection: [], answer: [], unbalanced: [], verified: [], finding: [] }

test(`a reconciler that is killed ${kills} times, every second time in the middle of a write, has the books of one that nobody disturbed`, { timeout: 600_000 }, async () => {
  const found = await killedBooks(testHub('books-kill'), { kills, seed: 'books-kill' })
  console.log(`of ${kills} kills ${found.kills.halfWritten} met a transaction that never came to its end, ${found.kills.unread} something unread; rows: ${JSON.stringify(found.rows)}`)
  expect(found.differences).toEqual(same)
  expect(found.read).toBe(found.sent)
  expect(found.kills.halfWritten).toBeGreaterThanOrEqual(kills / 4)
  expect(found.kills.unread).toBeGreaterThanOrEqual(kills / 2)
  expect(Math.min(...(['receipt', 'span', 'blockCount', 'block', 'rejection', 'verified'] as const).map((name) => found.rows[name]))).toBeGreaterThan(0)
  expect(found.rows.finding).toBe(0)
})

test('with the position outside of the transaction that writes, receipts are lost to kills in the middle of a write', { timeout: 300_000 }, async () => {
  const found = await killedBooks(testHub('books-loose'), { kills: 6, seed: 'books-loose', without: 'position-inside' })
  expect(found.kills.halfWritten).toBeGreaterThan(0)
  expect(found.differences.receipt.filter((it) => it.startsWith('missing: '))).not.toEqual([])
  expect(found.differences.blockCount).not.toEqual([])
})
