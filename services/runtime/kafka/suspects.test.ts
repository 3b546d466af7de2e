import { expect, test } from 'vitest'
import type { Chunk } from './chunk.ts'
import { LeaseState } from './lease-state.ts'
import { Output } from './output.ts'
import { Suspects } from './suspects.ts'

const record = (offset: number) => ({ offset, timestamp: 0, key: null, value: null, headers: [] })
const chunk = (from: number, ...offsets: number[]): Chunk => ({ unit: 'u', topic: 't', topicId: 'i', partition: 0, from, next: offsets.at(-1)! + 1, records: offsets.map(record) })
let places = 0
/** One process after the other at the same partition: each sees what the one before had committed. */
function processes() {
  const state = new LeaseState(), commit = (change: (output: Output) => void) => { const output = new Output(); change(output); state.apply(output.stateChanges); output.release() }
  return { commit, next: (place = `p/${places++}`) => new Suspects(state, place) }
}

test('a chunk that nobody ended is taken apart, and the record that ended three processes is named', () => {
  const { commit, next } = processes(), it = chunk(10, 11, 13)
  let suspects = next()
  expect(suspects.parts(it)).toEqual([{ chunk: it, killed: false }])
  commit((output) => suspects.begin(suspects.parts(it)[0]!, false, output))
  for (const killed of [false, false, true]) {
    suspects = next()
    expect(suspects.parts(it).map((part) => [part.chunk.from, part.chunk.next, part.killed])).toEqual([[10, 12, killed], [12, 14, false]])
    commit((output) => suspects.begin(suspects.parts(it)[0]!, true, output))
  }
})

test('a single record is a chunk like any other', () => {
  const { commit, next } = processes(), it = chunk(10, 10)
  let tries = 0
  for (let suspects = next(); !suspects.parts(it)[0]!.killed; suspects = next(), tries++) commit((output) => suspects.begin(suspects.parts(it)[0]!, suspects.suspects(it), output))
  expect(tries).toBe(3)
})

test('what went through, and what only threw, counts nothing', () => {
  const { commit, next } = processes(), it = chunk(10, 11, 13)
  for (let n = 0; n < 10; n++) {
    const suspects = next('same')
    expect(suspects.parts(it)).toEqual([{ chunk: it, killed: false }])
    commit((output) => suspects.begin(suspects.parts(it)[0]!, false, output))
    suspects.survive()
  }
  const suspects = next()
  expect(suspects.suspects(it)).toBe(true)
  commit((output) => { suspects.end(output) })
  expect(next().suspects(it)).toBe(false)
})
