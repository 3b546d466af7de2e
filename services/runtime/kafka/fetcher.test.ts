import { expect, test } from 'vitest'
import type { Cluster } from './cluster.ts'
import { ConnectionLost } from './errors.ts'
import { Fetcher } from './fetcher.ts'
import { InputBuffer } from './input-buffer.ts'
import { until } from './trial-unit.ts'

test('an input is fetched from its new leader, whoever was told of the election first', async () => {
  let leader = 1
  const asked = new Set<number>()
  const cluster = {
    know: async () => {}, refresh: async () => {}, leader: () => leader,
    send: async (node: number) => { asked.add(node); await new Promise((resolve) => { setTimeout(resolve, 20) }); throw new ConnectionLost('Fetch', 'test') },
  } as unknown as Cluster
  const fetcher = new Fetcher(cluster)
  const input = new InputBuffer('t', 'id', 0, 0, () => {})
  input.held = true
  await fetcher.add(input)
  // Another slot's acquire had the metadata asked for: nobody tells the fetcher.
  leader = 2
  input.held = false
  fetcher.wake()
  await until(() => asked.has(2) || undefined, 10_000, () => 'the new leader to be asked')
  expect([...asked]).toEqual([2])
  fetcher.close()
}, 30_000)
