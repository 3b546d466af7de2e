import { expect, test } from 'vitest'
import { Stopped } from '../failure.ts'
import { startAt } from './position.ts'

const facts = { topic: 'source.a', partition: 3, topicId: 'id', earliest: 100, end: 500 }
const genesis = { topicId: 'id', first: 20 }
function code(run: () => unknown): string {
  try { run() } catch (error) { if (error instanceof Stopped) return `${error.code}: ${error.message}` }
  return 'nothing was thrown'
}

test('a partition that was never seen begins at its first record', () => { expect(startAt(facts, null, null)).toBe(100) })
test('a known partition goes on at its position, up to its end', () => {
  for (const position of [100, 300, 500]) expect(startAt(facts, genesis, position)).toBe(position)
})
test('a lost position stops it and names the range', () => { expect(code(() => startAt(facts, genesis, null))).toMatch(/^kafka.position_lost: .*source.a\/3.*20 to 499/) })
test('records deleted before they were handled stop it and are named', () => { expect(code(() => startAt(facts, genesis, 60))).toMatch(/^kafka.range_lost: .*60 to 99/) })
test('a partition that ends before its position stops it', () => { expect(code(() => startAt(facts, genesis, 501))).toMatch(/^kafka.range_lost: .*500 to 500/) })
test('a topic that was created again stops it', () => { expect(code(() => startAt(facts, { topicId: 'old', first: 0 }, 200))).toMatch(/^kafka.topic_recreated/) })
test('a position without its genesis stops it', () => { expect(code(() => startAt(facts, null, 200))).toMatch(/^kafka.state_lost/) })
