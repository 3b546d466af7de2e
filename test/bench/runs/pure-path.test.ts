import { expect, test } from 'vitest'
import { PurePath } from './pure-path.ts'

// About 3.2 here, and 4.7 before payloads were read by their shape. CPU time of both in one process and in turn: a busy machine slows them alike.
const most = 4

test('a record costs the translator no more than a few times what parsing its JSON costs', { timeout: 120_000 }, async () => {
  const path = new PurePath(10)
  for (let warm = 0; warm < 3; warm++) { await path.round(); path.reference() }
  let own = Infinity, reference = Infinity
  for (let round = 0; round < 8; round++) { own = Math.min(own, await path.round()); reference = Math.min(reference, path.reference()) }
  expect(own / reference).toBeLessThan(most)
})
