// A source gets more partitions while old states of its entities still wait in the old ones.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { Admin } from './admin.ts'
import type { Chunk } from './chunk.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { Output } from './output.ts'
import { partitionOf } from './partition.ts'
import { Producer } from './producer.ts'
import { readAll } from './read-all.ts'
import type { StreamSettings, UnitStream } from './stream.ts'
import type { TranslatorLeaseSettings } from './translator-lease.ts'
import { TrialUnit, until } from './trial-unit.ts'

let kafka: KafkaConnection, admin: Admin
let hub: ReturnType<typeof testHub>
const streams: UnitStream[] = []
beforeAll(() => {
  hub = testHub('kafka-partitions')
  kafka = kafkaConnection(hub.kafka)
  admin = new Admin(kafka)
})
afterEach(async () => { await Promise.all(streams.splice(0).map((stream) => stream.stop({ drainMs: 100 }))) })
afterAll(() => kafka.close())

const keys = Array.from({ length: 40 }, (_, n) => `entity-${n}`), backlog = 30

/** A unit whose output goes by key, as canonical records do, and which holds what it has of some partitions until it may go on. */
class Growing extends TrialUnit {
  held: readonly number[]
  readonly old: number
  constructor(name: string, old: number) { super(kafka, `${hub.name}.${name}`, old); this.old = old; this.held = Array.from({ length: old }, (_, partition) => partition) }

  /** Versions `from` to `to - 1` of every key, as a producer that is started now sends them. */
  async versions(from: number, to: number): Promise<void> {
    const fresh = kafkaConnection(hub.kafka)
    for (let version = from; version < to; version++) await new Producer(fresh).send(this.source, keys.map((key) => ({ key, value: `${version}` })))
    await fresh.close()
  }
  gated = async (chunk: Chunk): Promise<Output> => {
    while (this.held.includes(chunk.partition)) await sleep(20)
    const output = new Output()
    for (const record of chunk.records) output.add(this.out, partitionOf(record.key!, this.old), record.key, record.value)
    return output
  }
  run(lease: Partial<TranslatorLeaseSettings> = {}, settings: Partial<StreamSettings> = {}): UnitStream {
    const stream = this.stream({ translate: this.gated, ...lease }, settings)
    streams.push(stream)
    stream.start()
    return stream
  }
  counts = async (topic: string) => (await admin.topicOffsets(topic, 'latest')).length
  /** Until every partition of the source is handled to its end. */
  async done(): Promise<void> {
    await until(async () => {
      await kafka.control.refresh()
      const ends = await admin.topicOffsets(this.source, 'latest'), offsets = (await admin.groupOffsets(this.groupId)).filter((it) => it.topic === this.source)
      return ends.every((end, partition) => (offsets.find((it) => it.partition === partition)?.offset ?? -1) >= end) || undefined
    }, 60_000, () => `the end of ${this.source}: ${this.changes.map((it) => `${it.partition} ${it.state} ${it.reason?.message}`).join('; ')}`)
  }
  /** What came out for each key, in its order. */
  async byKey(): Promise<Map<string, string[]>> {
    return new Map([...Map.groupBy(await readAll(kafka.control, this.out), ({ record }) => `${record.key}`)].map(([key, these]) => [key, these.map(({ record }) => `${record.value}`)]))
  }
}
const inOrder = (versions: number) => new Map(keys.map((key) => [key, Array.from({ length: versions }, (_, version) => `${version}`)]))
const sorted = (byKey: Map<string, string[]>) => [...byKey].sort(([a], [b]) => (a < b ? -1 : 1))
async function growing(name: string, old = 2): Promise<Growing> {
  const unit = new Growing(name, old)
  await unit.createTopics()
  await unit.versions(0, backlog)
  return unit
}

test('new partitions wait until the old ones have passed what they held: every key comes out once and in order, and nobody else pauses', async () => {
  const unit = await growing('waiting')
  const stream = unit.run()
  await unit.become(0, 'running')
  await admin.raisePartitions(unit.source, 4)
  await unit.versions(backlog, 2 * backlog)
  for (const partition of [2, 3]) {
    const reason = await unit.become(partition, 'paused')
    expect(reason).toMatchObject({ name: 'Environment', code: 'kafka.partition_waits', message: expect.stringMatching(/waits for the partitions before it.*source\/0 is at 0 of \d+, .*source\/1 is at 0 of \d+/) })
  }
  expect(await unit.counts(unit.state)).toBe(2)
  expect(await unit.byKey()).toEqual(new Map())
  unit.held = []
  await unit.done()
  expect(sorted(await unit.byKey())).toEqual(sorted(inOrder(2 * backlog)))
  expect(await unit.counts(unit.state)).toBe(4)
  // The two that were there went through the rebalance with what they had in hand.
  expect(unit.changes.filter((it) => it.partition < 2 && it.state !== 'acquiring' && it.state !== 'running')).toEqual([])
  expect(unit.events.filter((it) => it.event === 'lease.doubt')).toEqual([])
  expect(stream.status().map((it) => it.state)).toEqual(['running', 'running', 'running', 'running'])
}, 180_000)

test('without that guard newer states overtake older ones: the test above can fail', async () => {
  const unit = await growing('overtaking')
  const everyone = { admit: async () => { await admin.raisePartitions(unit.state, 4); await kafka.control.refresh() } }
  unit.run({ admission: everyone })
  await unit.become(0, 'running')
  await admin.raisePartitions(unit.source, 4)
  await unit.versions(backlog, 2 * backlog)
  await until(async () => ((await unit.byKey()).size > 0) || undefined, 60_000, () => 'a key that overtakes')
  unit.held = []
  await unit.done()
  const found = await unit.byKey()
  expect(sorted(found).map(([key, versions]) => [key, versions.length])).toEqual(sorted(inOrder(2 * backlog)).map(([key, versions]) => [key, versions.length]))
  expect(sorted(found)).not.toEqual(sorted(inOrder(2 * backlog)))
}, 180_000)

test('whoever is stopped or replaced while partitions wait leaves nothing half done, and several processes let in the same ones', async () => {
  const unit = await growing('restarted')
  const first = unit.run()
  await unit.become(0, 'running')
  await admin.raisePartitions(unit.source, 4)
  await unit.versions(backlog, 2 * backlog)
  await unit.become(2, 'paused')
  // As if it were killed: what it has in hand comes to nothing.
  await first.stop({ drainMs: 0 })
  // A producer that has not heard of the new partitions goes on with the old ones; whoever looks now waits for these as well.
  const late = partitionOf(Buffer.from(keys[0]!), 2)
  await new Producer(kafka).send(unit.source, [{ key: 'late', value: 'last', partition: late }])
  const [second, third] = [unit.run(), unit.run()]
  const waiting = (stream: UnitStream) => stream.status().filter((it) => it.state === 'paused' && it.reason?.message.includes('waits for the partitions before it'))
  await until(() => waiting(second).length + waiting(third).length === 2 || undefined, 60_000, () => 'both new partitions to wait')
  unit.held = []
  await unit.done()
  const found = await unit.byKey()
  expect(found.get('late')).toEqual(['last'])
  found.delete('late')
  expect(sorted(found)).toEqual(sorted(inOrder(2 * backlog)))
}, 180_000)

test('partitions that were added in steps while nobody looked are let in step by step', async () => {
  const unit = await growing('steps', 1)
  await admin.raisePartitions(unit.source, 2)
  await unit.versions(backlog, 2 * backlog)
  await admin.raisePartitions(unit.source, 4)
  await unit.versions(2 * backlog, 3 * backlog)
  // An entity went from the first to the second partition, and from there to the fourth: that one waits for both.
  unit.held = [1]
  const stream = unit.run()
  const waitsForSecond = () => [2, 3].every((partition) => /source\/1 is at 0 of/.test(stream.status().find((it) => it.slot.partition === partition)?.reason?.message ?? ''))
  await until(() => waitsForSecond() || undefined, 60_000, () => 'the third and fourth to wait for the second')
  expect(await unit.counts(unit.state)).toBe(2)
  unit.held = []
  await unit.done()
  expect(sorted(await unit.byKey())).toEqual(sorted(inOrder(3 * backlog)))
  expect(await unit.counts(unit.state)).toBe(4)
}, 180_000)
