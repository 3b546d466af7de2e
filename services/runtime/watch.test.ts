import { expect, test } from 'vitest'
import { Health } from './health.ts'
import type { States } from './states.ts'
import { watch } from './watch.ts'

test('a unit whose group does not take it in is not ready, and says why until it is', () => {
  const health = new Health(), told = watch('translate', {} as States, health)
  told.onEvent({ event: 'group.left_behind', reason: 'JoinGroup: GROUP_AUTHORIZATION_FAILED (30)' }, 'shop')
  told.onEvent({ event: 'group.joined', generation: 1, leading: false, lost: 0, gained: 1 }, 'other')
  expect(health.reasons).toEqual({ 'shop group': 'JoinGroup: GROUP_AUTHORIZATION_FAILED (30)' })
  told.onEvent({ event: 'group.joined', generation: 1, leading: false, lost: 0, gained: 1 }, 'shop')
  expect(health.reasons).toEqual({})
})
