import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { Environment, Stopped, Transient } from '../failure.ts'
import { Admin } from './admin.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import type { UnitStream } from './stream.ts'
import { TransactionLease } from './transaction.ts'
import { numbers, TrialUnit } from './trial-unit.ts'

let kafka: KafkaConnection
let hub: ReturnType<typeof testHub>
const streams: UnitStream[] = []
beforeAll(() => {
  hub = testHub('kafka-failures')
  kafka = kafkaConnection(hub.kafka)
})
afterEach(async () => { await Promise.all(streams.splice(0).map((stream) => stream.stop())) })
afterAll(() => kafka.close())
let count = 0
async function trial(partitions = 2): Promise<TrialUnit> {
  const unit = new TrialUnit(kafka, `${hub.name}.${count++}`, partitions)
  await unit.createTopics()
  return unit
}
function start(stream: UnitStream): UnitStream {
  streams.push(stream)
  stream.start()
  return stream
}

test('a transient failure is tried again, and nothing is doubled', async () => {
  const unit = await trial()
  await unit.feed(0, 300)
  let failures = 5
  start(unit.stream({ translate: (chunk) => { if (failures-- > 0) throw new Transient('target.interrupted', 'busy'); return unit.copy(chunk) } }))
  await unit.reach([300, 300])
  expect(await unit.written()).toEqual([numbers(300), numbers(300)])
})

test('wrong surroundings pause one partition with the reason while the other goes on, and it resumes by itself', async () => {
  const unit = await trial()
  await unit.feed(0, 300)
  let broken = true
  start(unit.stream({ translate: (chunk) => { if (broken && chunk.partition === 1) throw new Environment('registry.unreachable', 'the registry is down'); return unit.copy(chunk) } }))
  await unit.reach([300, 0])
  expect((await unit.become(1, 'paused'))?.message).toBe('the registry is down')
  expect((await unit.committed())[1]).toBe(0)
  broken = false
  await unit.reach([300, 300])
  await unit.become(1, 'running')
  expect(await unit.written()).toEqual([numbers(300), numbers(300)])
})

test('a bug stops its partition where it is, and a retry goes on from there', async () => {
  const unit = await trial()
  await unit.feed(0, 300)
  let broken = true
  const stream = start(unit.stream({ translate: (chunk) => { if (broken && chunk.partition === 0 && chunk.from >= 100) throw new TypeError('undefined is not a function'); return unit.copy(chunk) } }))
  await unit.reach([0, 300])
  expect(await unit.become(0, 'stopped')).toBeInstanceOf(TypeError)
  expect(await unit.written()).toEqual([numbers(100), numbers(300)])
  broken = false
  stream.retry(0)
  await unit.reach([300, 300])
  expect(await unit.written()).toEqual([numbers(300), numbers(300)])
})

test('a lost committed position stops the partition and names the range; nothing is handled twice', async () => {
  const unit = await trial()
  await unit.feed(0, 300)
  const stream = start(unit.stream())
  await unit.reach([300, 300])
  await stream.stop()
  const forgetful = unit.stream({}, { groupId: `${unit.groupId}.other` })
  start(forgetful)
  const reason = await unit.become(0, 'stopped')
  expect(reason).toBeInstanceOf(Stopped)
  expect(reason?.message).toContain('0 to 299')
  expect(await unit.written()).toEqual([numbers(300), numbers(300)])
})

test('records that were deleted before they were handled stop the partition, before a start and under way', async () => {
  const unit = await trial(1)
  await unit.feed(0, 300)
  const first = start(unit.stream())
  await unit.reach([300])
  await first.stop()
  await unit.feed(300, 200)
  await new Admin(kafka).deleteRecords(unit.source, 0, 450)
  const second = start(unit.stream())
  expect((await unit.become(0, 'stopped'))?.message).toContain('300 to 449')
  await second.stop()
  expect(await unit.written()).toEqual([numbers(300)])
  expect(await unit.committed()).toEqual([300])
})

test('a source that is truncated while it is read stops the partition instead of jumping', async () => {
  const unit = await trial(1)
  await unit.feed(0, 300)
  const stream = start(unit.stream())
  await unit.reach([300])
  stream.pause(new Error('a person wants it'))
  await unit.become(0, 'paused')
  // More than the buffer holds, so that the fetch position is still before what is deleted.
  for (let i = 0; i < 40; i++) await unit.feed(300 + i * 10_000, 10_000)
  const [end] = await new Admin(kafka).topicOffsets(unit.source, 'latest')
  await new Admin(kafka).deleteRecords(unit.source, 0, (end ?? 0) - 10)
  stream.resume()
  const reason = await unit.become(0, 'stopped', 30_000)
  expect(reason).toMatchObject({ code: 'kafka.range_lost' })
  const [written] = await unit.written()
  expect(written).toEqual(numbers(written?.length ?? 0))
})

test('a source topic that was deleted and created again stops the partition', async () => {
  const unit = await trial(1)
  await unit.feed(0, 300)
  start(unit.stream())
  await unit.reach([300])
  const admin = new Admin(kafka)
  await admin.deleteTopics([unit.source])
  await admin.ensureTopics([{ topic: unit.source, partitions: 1 }])
  await unit.feed(0, 500)
  expect(await unit.become(0, 'stopped', 30_000)).toMatchObject({ code: 'kafka.topic_recreated' })
  expect(await unit.written()).toEqual([numbers(300)])
})

test('a missing output topic pauses the partition; once it is there, the partition goes on', async () => {
  const unit = await trial(1)
  await unit.feed(0, 300)
  const admin = new Admin(kafka)
  await admin.deleteTopics([unit.out])
  start(unit.stream())
  expect((await unit.become(0, 'paused'))?.message).toContain(unit.out)
  await unit.createTopics()
  await unit.reach([300])
  expect(await unit.written()).toEqual([numbers(300)])
})

test('whoever acquires last owns the lease: the earlier owner writes nothing any more', async () => {
  const unit = await trial(1)
  const settings = { cluster: kafka.forLease(), transactionalId: unit.transactionalId(0), groupId: unit.groupId }
  const [early, late] = [new TransactionLease(settings), new TransactionLease(settings)]
  await early.acquire()
  await late.acquire()
  const batches = () => { const output = unit.copy({ unit: '', topic: '', topicId: '', partition: 0, from: 0, next: 0, records: [] }); output.add(unit.out, 0, null, Buffer.from('x')); return output.batches() }
  await expect(early.run({ batches: batches(), offsets: [{ topic: unit.source, partition: 0, offset: 1 }] })).rejects.toThrow(/PRODUCER_FENCED|INVALID_PRODUCER_EPOCH/)
  expect(await late.committed(unit.source, 0)).toBe(-1)
  await late.run({ batches: batches(), offsets: [{ topic: unit.source, partition: 0, offset: 7 }] })
  expect([await unit.written(), await late.committed(unit.source, 0)]).toEqual([[['x']], 7])
})

/** Dies after its records were produced: the transaction dangles. */
class Dying extends TransactionLease {
  protected override async endTransaction(): Promise<void> { throw new Error('killed') }
}
test('a dangling transaction ends at the next acquire, without waiting for its timeout, and readers go on', async () => {
  const unit = await trial(1)
  const settings = { cluster: kafka.forLease(), transactionalId: unit.transactionalId(0), groupId: unit.groupId, timeoutMs: 300_000 }
  const dying = new Dying(settings)
  await dying.acquire()
  const output = unit.copy({ unit: '', topic: '', topicId: '', partition: 0, from: 0, next: 0, records: [] })
  output.add(unit.out, 0, null, Buffer.from('never'))
  await expect(dying.run({ batches: output.batches(), offsets: [{ topic: unit.source, partition: 0, offset: 1 }] })).rejects.toThrow('killed')
  const admin = new Admin(kafka)
  expect([await admin.topicOffsets(unit.out, 'lastStable'), await admin.topicOffsets(unit.out, 'latest')]).toEqual([[0], [1]])
  // The timeout is five minutes: whoever waits for it does not get through this test.
  const next = new TransactionLease(settings)
  await next.acquire()
  expect(await next.committed(unit.source, 0)).toBe(-1)
  expect(await admin.topicOffsets(unit.out, 'lastStable')).toEqual([2])
  expect(await unit.written()).toEqual([[]])
})

test('where there are only aborted records the position moves to the end by itself', async () => {
  const unit = await trial(1)
  const lease = new Dying({ cluster: kafka.forLease(), transactionalId: `${unit.name}.upstream`, groupId: unit.groupId })
  await lease.acquire()
  const output = unit.copy({ unit: '', topic: '', topicId: '', partition: 0, from: 0, next: 0, records: [] })
  for (let i = 0; i < 50; i++) output.add(unit.source, 0, null, Buffer.from(`${i}`))
  await expect(lease.run({ batches: output.batches(), offsets: [] })).rejects.toThrow('killed')
  await lease.acquire()
  start(unit.stream())
  await unit.reach([51])
  expect(await unit.written()).toEqual([[]])
})

test('stopping finishes the chunk in hand and leaves, so that the next process begins at once', async () => {
  const unit = await trial(1)
  await unit.feed(0, 100)
  const inHand = Promise.withResolvers<void>()
  // A process that did not leave would be waited for until its session is over.
  const sessionMs = 30_000
  const first = start(unit.stream({ translate: async (chunk) => { inHand.resolve(); await sleep(1000); return unit.copy(chunk) } }, { sessionMs }))
  await inHand.promise
  await first.stop()
  // The broker answers a commit before everybody can see the offset in it; after that nobody is there who could still commit.
  await unit.reach([100], 5_000)
  await unit.feed(100, 100)
  start(unit.stream({}, { sessionMs }))
  await unit.reach([200], 15_000)
  expect(await unit.written()).toEqual([numbers(200)])
})
