import { expect, test } from 'vitest'
import { noneInCrm } from './crm.ts'
import { misbehavingCrm } from './misbehaving-crm.ts'
import { sinkPoints } from './stepped-sink.ts'

test('killed at random while the CRM misbehaves, the sink has each effect once by the CRM\'s own log, in order', async () => {
  const { found, effects, tookMs } = await misbehavingCrm('crm-random', { count: 6_000, kills: 15 })
  console.log(`${effects} effects in ${tookMs} ms`)
  expect(found).toEqual(noneInCrm)
})

test('killed at every point of a chunk while the CRM misbehaves, the sink has each effect once', async () => {
  const points = [...sinkPoints, 'claiming', 'begun'] as const
  const { found } = await misbehavingCrm('crm-points', { count: 3_000, points: points.flatMap((point) => [1, 2].map((nth) => ({ point, nth }))) })
  expect(found).toEqual(noneInCrm)
})

test('with a fresh key for each attempt, killed at random, it has effects twice', async () => {
  const { found } = await misbehavingCrm('crm-random-guard', { count: 3_000, kills: 5, without: { key: true } })
  expect(found.twice.length).toBeGreaterThan(0)
})
