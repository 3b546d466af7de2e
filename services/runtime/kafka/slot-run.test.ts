import { afterEach, expect, test, vi } from 'vitest'
import { Environment } from '../failure.ts'
import type { Cluster } from './cluster.ts'
import type { Fetcher } from './fetcher.ts'
import type { GroupMember } from './group.ts'
import type { Lease } from './lease.ts'
import { SlotRun } from './slot-run.ts'
import { until } from './trial-unit.ts'
import { Turns } from './turns.ts'

afterEach(() => { vi.restoreAllMocks() })

test('a clock that is put back by an hour does not make a pause an hour longer', async () => {
  let tries = 0
  const lease: Lease = { acquire: () => { tries++; return Promise.reject(new Environment('registry.unreachable', 'down')) }, handle: async () => {}, drop: () => {} }
  const cluster = { know: async () => {} } as unknown as Cluster
  const run = new SlotRun({
    slot: { unit: 'u', partition: 0, inputs: ['t'] }, group: { confirm: async () => true, kick: () => {} } as unknown as GroupMember,
    fetcher: { cluster, remove: () => {}, wake: () => {} } as unknown as Fetcher, turns: new Turns(), lease: () => lease,
    chunk: { maxRecords: 1, maxBytes: 1, maxWaitMs: 1 }, onState: () => {}, onCommitted: () => {}, onDoubt: () => {},
  }, null)
  await until(() => run.state === 'paused' || undefined, 10_000, () => 'the pause')
  const now = Date.now.bind(Date)
  vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
  // A pause is a second at first; by the clock that was put back it would be an hour.
  await until(() => tries === 2 || undefined, 10_000, () => 'the second try')
  run.end()
  await run.done
  expect(tries).toBe(2)
}, 30_000)
