import { expect, test, vi } from 'vitest'
import { Transient } from './failure.ts'
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

test('a lease that is lost at every try is told once, and again after it has worked', () => {
  const written: string[] = [], write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => { written.push(String(line)); return true })
  const told = watch('deliver', { changed: () => {} } as unknown as States, new Health()), slot = { unit: 'wh', partition: 1, inputs: ['t'] }
  const lost = () => { told.onEvent({ event: 'lease.doubt', slot, reason: new Transient('target.unreachable', 'connect ECONNREFUSED') }, 'wh') }
  for (let tries = 0; tries < 5; tries++) lost()
  told.onState(slot, 'running')
  lost()
  write.mockRestore()
  expect(written.filter((line) => line.includes('"lease.lost"')).length).toBe(2)
})
