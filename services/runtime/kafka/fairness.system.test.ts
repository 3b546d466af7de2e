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
  let chunks = 0
  /** A mapping that costs something: the processor is the bottleneck. */
  const slow = (unit: TrialUnit) => unit.stream({
    translate: (chunk) => {
      for (const from = performance.now(); performance.now() - from < 3;);
      if (unit === snapshot) chunks++
      handled.set(unit.name, (handled.get(unit.name) ?? 0) + chunk.records.length)
      return unit.copy(chunk)
    },
  })
  const [long, short] = [slow(snapshot), slow(live)]
  long.start()
  short.start()
  await live.become(0, 'running')
  await until(() => (handled.get(snapshot.name) ?? 0) > 5000 || undefined, 20_000, () => 'the snapshot to be under way')
  // Counted in chunks of the snapshot and not in milliseconds: how busy the machine is does not matter.
  const waits: number[] = []
  const underWay = () => (handled.get(snapshot.name) ?? 0) < 12 * 30_000
  for (let round = 0; round < 20 && underWay(); round++) {
    const before = chunks
    await live.feed(round * 10, 10)
    await until(() => (handled.get(live.name) ?? 0) >= (round + 1) * 10 || undefined, 20_000, () => 'the live records')
    if (underWay()) waits.push(chunks - before)
  }
  await Promise.all([long.stop(), short.stop()])
  expect(waits.length).toBeGreaterThan(5)
  // The snapshot has 3,600: who came after it would wait for thousands. Usual are five to ten, one way to the broker and back.
  expect(waits.sort((a, b) => a - b)[waits.length >> 1], `${waits}`).toBeLessThan(60)
  const [written = []] = await live.written()
  expect(written).toEqual(numbers(written.length))
}, 120_000)
