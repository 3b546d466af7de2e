import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { exclusive } from './exclusive.ts'

const lock = () => join(mkdtempSync(join(tmpdir(), 'exclusive-')), 'lock')

test('two never work at the same time', async () => {
  const at = lock()
  const seen: string[] = []
  const work = (name: string) => exclusive(at, async () => { seen.push(`${name} in`); await sleep(30); seen.push(`${name} out`) })
  await Promise.all([work('a'), work('b')])
  expect(seen).toEqual(['a in', 'a out', 'b in', 'b out'])
  expect(existsSync(at)).toBe(false)
})

test('the lock of a process that has died is free', async () => {
  const at = lock()
  mkdirSync(at)
  writeFileSync(join(at, 'pid'), '999999999')
  expect(await exclusive(at, async () => 'done')).toBe('done')
})
