import { expect, test } from 'vitest'
import { releasedOf, releaseHeaders } from './release.ts'

const place = { topic: 'source.a', topicId: 'A', partition: 3 }
const word = (of: typeof place) => ({ offset: 0, timestamp: 0, key: Buffer.from('shop:1'), value: null, headers: Object.entries(releaseHeaders(of)).map(([name, value]) => ({ name, value: Buffer.from(value) })) })

test('a unit understands its word to itself, also one from before its topic got another id', () => {
  expect(releasedOf(word(place), place)).toBe('shop:1')
  expect(releasedOf(word(place), { ...place, topicId: 'C', was: ['A', 'B'] })).toBe('shop:1')
  expect(releasedOf({ ...word(place), headers: [] }, place)).toBeUndefined()
})

test('a word about another topic or partition is not its own', () => {
  for (const other of [{ ...place, topicId: 'B' }, { ...place, partition: 4 }, { ...place, topic: 'source.b' }, { ...place, topicId: 'C', was: ['B'] }]) expect(releasedOf(word(place), other)).toBeNull()
})
