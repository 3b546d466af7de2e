import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testHub } from '../../../test/hub.ts'
import { Admin } from './admin.ts'
import { Admission } from './admission.ts'
import { type KafkaConnection, kafkaConnection } from './connection.ts'
import { Output } from './output.ts'
import { Producer } from './producer.ts'
import { readAll } from './read-all.ts'
import { UnitStream } from './stream.ts'
import { TranslatorLease } from './translator-lease.ts'

let kafka: KafkaConnection
beforeAll(() => { kafka = kafkaConnection(testHub('kafka-stream').kafka) })
afterAll(() => kafka.close())

test('a unit translates every record once and in order, and its position is the end of the source', async () => {
  const admin = new Admin(kafka)
  await admin.ensureTopics([{ topic: 'source.a', partitions: 4 }, { topic: 'redrive.a', partitions: 4 }, { topic: 'out.a', partitions: 4 },
    { topic: 'state.a', partitions: 4, config: { 'cleanup.policy': 'compact' } }])
  await new Producer(kafka).send('source.a', Array.from({ length: 20_000 }, (_, i) => ({ key: `k${i % 97}`, value: `v${i}` })))
  const problems: unknown[] = []
  const admission = new Admission({ kafka, topic: 'source.a', groupId: 'hub.a', stateTopic: 'state.a', companions: ['redrive.a'] })
  const stream = new UnitStream({
    kafka, unit: 'a', groupId: 'hub.a', inputs: [['source.a', 'redrive.a']], chunk: { maxRecords: 1000, maxBytes: 900_000, maxWaitMs: 50 },
    lease: (slot, group) => new TranslatorLease({
      kafka, slot, group, admission, transactionalId: `hub.a.${slot.partition}`, stateTopic: 'state.a',
      translate: (chunk) => {
        const output = new Output()
        for (const record of chunk.records) output.add('out.a', chunk.partition, record.key, record.value)
        return output
      },
    }),
    onState: (slot, state, reason) => { if (reason) problems.push([slot, state, reason]) },
  })
  stream.start()
  for (const deadline = Date.now() + 40_000; Date.now() < deadline; await sleep(50)) {
    if (stream.status().filter((it) => it.positions.length === 2).reduce((sum, it) => sum + (it.positions[0]?.position ?? 0), 0) === 20_000) break
  }
  await stream.stop()
  expect(problems).toEqual([])
  const [source, out] = [await readAll(kafka.control, 'source.a'), await readAll(kafka.control, 'out.a')]
  const text = (all: typeof source) => all.map(({ partition, record }) => `${partition} ${record.key} ${record.value}`)
  expect(out.length).toBe(20_000)
  expect(text(out)).toEqual(text(source))
  const ends = await admin.topicOffsets('source.a', 'latest')
  const offsets = await admin.groupOffsets('hub.a')
  expect(offsets.filter((it) => it.topic === 'source.a').sort((a, b) => a.partition - b.partition).map((it) => it.offset)).toEqual(ends)
})
