import { expect, test } from 'vitest'
import { noneInCrm } from './crm.ts'
import { misbehavingCrm } from './misbehaving-crm.ts'

test('a CRM that fails, limits and loses answers has each effect once and in order, though the sink is killed', async () => {
  const { found, effects, tookMs } = await misbehavingCrm('crm', { count: 1_500, points: [{ point: 'claiming', nth: 2 }, { point: 'written', nth: 2 }] })
  console.log(`${effects} effects in ${tookMs} ms`)
  expect(found).toEqual(noneInCrm)
})

test('with a fresh key for each attempt it has effects twice', async () => {
  const { found } = await misbehavingCrm('crm-guard', { count: 800, without: { key: true } })
  expect(found.twice.length).toBeGreaterThan(0)
})
