import { expect, test } from 'vitest'
import { PurePath } from './pure-path.ts'

// 2.4 to 2.6 on a machine with ten times the work that it can do, where it was 2.9 before; 4.7 before payloads were read by their shape.
// CPU time of both in one process and in turn, and the sums of many rounds: a busy machine slows them alike.
const most = 3

test('a record costs the translator no more than a few times what parsing its JSON costs', { timeout: 120_000 }, async () => {
  const path = new PurePath(10)
  for (let warm = 0; warm < 3; warm++) { await path.round(); path.reference() }
  const sums = async (): Promise<number> => {
    let own = 0, reference = 0
    for (let round = 0; round < 8; round++) { own += await path.round(); reference += path.reference() }
    return own / reference
  }
  // Three times at most: what else goes on may slow one of the two more, and a slower path is slower each time.
  let least = await sums()
  for (let more = 0; more < 2 && least >= most; more++) least = Math.min(least, await sums())
  expect(least).toBeLessThan(most)
})
