import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { privateKafka } from '../../../test/private-stack.ts'
import { Admin } from './admin.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { UnitStream } from './stream.ts'
import { numbers, TrialUnit, until } from './trial-unit.ts'

let kafka: KafkaConnection
let hub: ReturnType<typeof testHub>
const streams: UnitStream[] = []
beforeAll(() => {
  hub = testHub('kafka-group')
  kafka = kafkaConnection(hub.kafka)
})
afterEach(async () => { await Promise.all(streams.splice(0).map((stream) => stream.stop())) })
afterAll(() => kafka.close())
function start(stream: UnitStream): UnitStream {
  streams.push(stream)
  stream.start()
  return stream
}
/** A session that nobody waits for the end of: what comes sooner did not come of it. */
const longSession = { sessionMs: 60_000 }
const running = (stream: UnitStream) => stream.status().filter((it) => it.state === 'running').length

test('members share the partitions, and those of one that leaves go to the other at once', async () => {
  const unit = new TrialUnit(kafka, `${hub.name}.shared`, 4)
  await unit.createTopics()
  const [one, two] = [start(unit.stream({}, longSession)), start(unit.stream({}, longSession))]
  await until(() => (running(one) === 2 && running(two) === 2) || undefined, 30_000, () => `two each, ${running(one)} and ${running(two)}`)
  await unit.feed(0, 500)
  await one.stop()
  await until(() => running(two) === 4 || undefined, 15_000, () => `four, ${running(two)}`)
  await unit.feed(500, 500)
  await unit.reach([1000, 1000, 1000, 1000])
  expect(await unit.written()).toEqual(Array.from({ length: 4 }, () => numbers(1000)))
})

test('a static member that restarts within its session keeps its partitions, and the other notices nothing', async () => {
  const unit = new TrialUnit(kafka, `${hub.name}.static`, 4)
  await unit.createTopics()
  const member = (instanceId: string) => start(unit.stream({}, { ...longSession, instanceId }))
  const [first, other] = [member('one'), member('two')]
  await until(() => (running(first) === 2 && running(other) === 2) || undefined, 30_000, () => 'two each')
  const held = first.status().map((it) => it.slot.partition).sort()
  const generation = other.group.identity.generation
  await first.stop()
  await sleep(500)
  const again = member('one')
  await until(() => running(again) === 2 || undefined, 15_000, () => 'two again')
  expect(again.status().map((it) => it.slot.partition).sort()).toEqual(held)
  expect([running(other), other.group.identity.generation]).toEqual([2, generation])
  for (const stream of [again, other]) await stream.stop({ leave: true })
})

test('a second process under the same instance id takes over, and the first is refused for good', async () => {
  const unit = new TrialUnit(kafka, `${hub.name}.twins`, 2)
  await unit.createTopics()
  const first = start(unit.stream({}, { instanceId: 'pod-0' }))
  await until(() => running(first) === 2 || undefined, 20_000, () => 'the first to run')
  const second = start(unit.stream({}, { instanceId: 'pod-0' }))
  await until(() => unit.events.find((it) => it.event === 'group.refused'), 20_000, () => 'the refusal')
  await until(() => running(second) === 2 || undefined, 20_000, () => 'the second to run')
  expect(first.status()).toEqual([])
  await second.stop({ leave: true })
})

test('a rolling deploy that adds a companion topic ends with both topics in one slot', async () => {
  const unit = new TrialUnit(kafka, `${hub.name}.companion`, 2)
  const redrive = `${unit.name}.redrive`
  await unit.createTopics()
  const old = start(unit.stream())
  await until(() => running(old) === 2 || undefined, 20_000, () => 'the old release to run')
  await new Admin(kafka).ensureTopics([{ topic: redrive, partitions: 2 }])
  const next = start(unit.stream({}, { inputs: [[unit.source, redrive]] }))
  await old.stop()
  await until(() => (running(next) === 2 && next.status().every((it) => it.slot.inputs.length === 2)) || undefined, 20_000, () => `both topics in each slot: ${JSON.stringify(next.status().map((it) => it.slot))}`)
})

test('a member that cannot reach the broker for longer than its session drops its leases, and goes on when it can', async () => {
  await using broker = await privateKafka()
  const own = kafkaConnection({ brokers: broker.brokers.split(','), clientId: 'frozen' })
  const unit = new TrialUnit(own, 'frozen', 2)
  await unit.createTopics()
  const stream = unit.stream({}, { sessionMs: 6000 })
  stream.start()
  await unit.feed(0, 300)
  await unit.reach([300, 300])
  broker.freeze()
  await unit.become(0, 'lost', 40_000)
  broker.thaw()
  await unit.feed(300, 300)
  const fed = await unit.fed()
  expect(fed.map((it) => [...new Set(it)])).toEqual([numbers(600), numbers(600)])
  await unit.reach(fed.map(({ length }) => length), 40_000)
  expect(await unit.written()).toEqual(fed)
  await stream.stop()
  await own.close()
}, 120_000)

test('a broker that is killed and comes back leaves nothing lost or doubled', async () => {
  await using broker = await privateKafka()
  const own = kafkaConnection({ brokers: broker.brokers.split(','), clientId: 'bounced' })
  const unit = new TrialUnit(own, 'bounced', 2)
  await unit.createTopics()
  const stream = unit.stream()
  stream.start()
  await unit.feed(0, 5_000)
  await unit.reach([500, 500])
  await broker.kill()
  await sleep(1000)
  await broker.start()
  await unit.reach([5_000, 5_000], 40_000)
  expect(await unit.written()).toEqual([numbers(5_000), numbers(5_000)])
  expect(unit.changes.filter((it) => it.state === 'stopped')).toEqual([])
  await stream.stop()
  await own.close()
}, 120_000)
