import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Hands } from './hands.ts'

test('no more than so many are in hand at once, none is forgotten, and one that fails frees its hand', async () => {
  const hands = new Hands(2), done: number[] = []
  let now = 0, most = 0
  const work = (n: number) => hands.use(async () => {
    most = Math.max(most, ++now)
    await turn()
    now--
    if (n === 1) throw new Error('fails')
    done.push(n)
  })
  const all = await Promise.allSettled(Array.from({ length: 7 }, (_, n) => work(n)))
  expect([most, done, all.filter((it) => it.status === 'rejected').length]).toEqual([2, [0, 2, 3, 4, 5, 6], 1])
})
