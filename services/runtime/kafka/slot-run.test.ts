import { afterEach, expect, test, vi } from 'vitest'
import { Environment } from '../failure.ts'
import type { Cluster } from './cluster.ts'
import type { FetchedPart } from './fetch.ts'
import type { Fetcher } from './fetcher.ts'
import type { GroupMember } from './group.ts'
import type { InputBuffer } from './input-buffer.ts'
import type { Lease } from './lease.ts'
import { BatchWriter } from './record-batch.ts'
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

test('a slot to which nothing comes looks at nothing; what comes then goes at once', async () => {
  const added: InputBuffer[] = [], handled: number[] = []
  const lease: Lease = { acquire: async () => [{ topic: 't', topicId: 'id', position: 0 }], handle: async ({ next }) => { handled.push(next) }, drop: () => {} }
  const run = new SlotRun({
    slot: { unit: 'u', partition: 0, inputs: ['t'] }, group: { confirm: async () => true, kick: () => {} } as unknown as GroupMember,
    fetcher: { cluster: { know: async () => {} }, add: async (it: InputBuffer) => { added.push(it) }, remove: () => {}, wake: () => {} } as unknown as Fetcher, turns: new Turns(), lease: () => lease,
    chunk: { maxRecords: 10, maxBytes: 1_000, maxWaitMs: 1 }, onState: () => {}, onCommitted: () => {}, onDoubt: () => {},
  }, null)
  await until(() => run.state === 'running' || undefined, 10_000, () => 'the lease')
  await new Promise((resolve) => { setTimeout(resolve, 1_200) })
  const begun = vi.spyOn(globalThis, 'setTimeout')
  await new Promise((resolve) => { setTimeout(resolve, 2_500) })
  expect(begun).toHaveBeenCalledTimes(1)
  const writer = new BatchWriter()
  writer.add(null, Buffer.from('late'))
  const part: FetchedPart = { topicId: 'id', partition: 0, code: 0, highWatermark: 1, lastStableOffset: 1, logStart: 0, aborted: [], records: writer.seal(), release: () => {} }
  added[0]!.accept(0, part)
  await until(() => handled.length > 0 || undefined, 10_000, () => 'the record')
  expect(handled).toEqual([1])
  run.end()
  await run.done
}, 30_000)
