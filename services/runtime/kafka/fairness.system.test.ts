import { afterAll, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { numbers, TrialUnit, until } from './trial-unit.ts'

let kafka: KafkaConnection
let hub: ReturnType<typeof testHub>
beforeAll(() => {
  hub = testHub('kafka-fairness')
  kafka = kafkaConnection(hub.kafka)
})
afterAll(() => kafka.close())

test('while one unit reads a long snapshot over many partitions, another in the same program stays quick', async () => {
  const [snapshot, live] = [new TrialUnit(kafka, `${hub.name}.snapshot`, 12), new TrialUnit(kafka, `${hub.name}.live`, 1)]
  await Promise.all([snapshot.createTopics(), live.createTopics()])
  await snapshot.feed(0, 30_000)
  const handled = new Map<string, number>()
  /** A mapping that costs something: the processor is the bottleneck. */
  const slow = (unit: TrialUnit) => unit.stream({
    translate: (chunk) => {
      for (const from = performance.now(); performance.now() - from < 3;);
      handled.set(unit.name, (handled.get(unit.name) ?? 0) + chunk.records.length)
      return unit.copy(chunk)
    },
  })
  const [long, short] = [slow(snapshot), slow(live)]
  long.start()
  short.start()
  await live.become(0, 'running')
  await until(() => (handled.get(snapshot.name) ?? 0) > 5000 || undefined, 20_000, () => 'the snapshot to be under way')
  const waits: number[] = []
  for (let round = 0; round < 20; round++) {
    const began = performance.now()
    await live.feed(round * 10, 10)
    await until(() => (handled.get(live.name) ?? 0) >= (round + 1) * 10 || undefined, 10_000, () => 'the live records')
    waits.push(performance.now() - began)
  }
  expect(handled.get(snapshot.name)).toBeLessThan(12 * 30_000)
  expect(waits.sort((a, b) => a - b)[10]).toBeLessThan(500)
  await Promise.all([long.stop(), short.stop()])
  expect(await live.written()).toEqual([numbers(200)])
}, 60_000)
