import { expect, test } from 'vitest'
import { murmur2, partitionOf } from './partition.ts'

// From Apache Kafka's own UtilsTest.
const java: [string, number][] = [
  ['21', -973932308], ['foobar', -790332482], ['a-little-bit-long-string', -985981536], ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971], ['abc', 479470107],
]
test.each(java)('murmur2 of %s is that of the Java client', (text, hash) => { expect(murmur2(Buffer.from(text))).toBe(hash) })
test('a partition is never negative', () => {
  for (let i = 0; i < 1000; i++) expect(partitionOf(Buffer.from(`k${i}`), 7)).toBeGreaterThanOrEqual(0)
})
