import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Alone } from './alone.ts'

test('who is alone meets nobody, and everybody has a turn', async () => {
  const lock = new Alone(), problems: string[] = []
  let together = 0, alone = 0, done = 0
  const shared = () => lock.together(async () => { together++; if (alone > 0) problems.push('shared beside alone'); await sleep(Math.random() * 3); together--; done++ })
  const single = () => lock.alone(async () => { alone++; if (alone > 1 || together > 0) problems.push('not alone'); await sleep(Math.random() * 3); if (together > 0) problems.push('not alone any more'); alone--; done++ })
  await Promise.all(Array.from({ length: 200 }, async (_, n) => { await sleep(Math.random() * 50); await (n % 5 === 0 ? single() : shared()) }))
  expect([done, problems]).toEqual([200, []])
})

test('what fails lets the others go on', async () => {
  const lock = new Alone(), fail = async () => { throw new Error('no') }
  await expect(lock.alone(fail)).rejects.toThrow('no')
  await expect(lock.together(fail)).rejects.toThrow('no')
  expect(await lock.alone(async () => 'yes')).toBe('yes')
})
