import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { privateKafkaCluster } from '../../../test/private-stack.ts'
import { kafkaConnection } from './connection.ts'
import { numbers, TrialUnit } from './trial-unit.ts'

// kafkajs marks a broker as done once it answered: after an election a batch is left out or sent twice, and the transaction commits.
test('while each of three brokers is killed in turn, every record comes out once and in order', async () => {
  const cluster = await privateKafkaCluster()
  const kafka = kafkaConnection({ brokers: cluster.brokers.split(','), clientId: 'elections' })
  const unit = new TrialUnit(kafka, 'elections', 3)
  const stream = unit.stream()
  try {
    await unit.createTopics()
    stream.start()
    let stopped = false
    let fed = 0
    const feeding = (async () => {
      for (; !stopped; fed += 20) { await unit.feed(fed, 20); await sleep(20) }
    })()
    for (const node of cluster.nodes) {
      await sleep(1500)
      await node.kill()
      await sleep(1500)
      await node.start()
      await sleep(2500)
    }
    stopped = true
    await feeding
    // The feed is not idempotent: what it doubled itself is in the source, and the source is what must come out.
    const source = new Map<number, string[]>()
    const { readAll } = await import('./read-all.ts')
    for (const { partition, record } of await readAll(kafka.control, unit.source)) source.set(partition, [...source.get(partition) ?? [], `${record.value}`])
    await unit.reach([0, 1, 2].map((partition) => source.get(partition)?.length ?? 0), 60_000)
    expect(await unit.written()).toEqual([0, 1, 2].map((partition) => source.get(partition)))
    expect(new Set(source.get(0))).toEqual(new Set(numbers(fed)))
    expect(unit.changes.filter((it) => it.state === 'stopped')).toEqual([])
  } finally {
    await stream.stop()
    await kafka.close()
    await cluster.dispose()
  }
}, 240_000)
