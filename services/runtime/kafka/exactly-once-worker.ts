// A program of its own that translates one unit, for tests that kill it. Says what it owns on stdout, one JSON object a line.
import { Admission } from './admission.ts'
import { kafkaConnection } from './connection.ts'
import { noMember } from './offsets.ts'
import { Output } from './output.ts'
import { UnitStream } from './stream.ts'
import { TransactionLease } from './transaction.ts'
import { TranslatorLease } from './translator-lease.ts'

export interface WorkerSettings { brokers: string[]; unit: string; instanceId: string | null; chunkRecords: number; /** Takes the guard out: nobody fences anybody. */ unfenced: boolean }

const settings: WorkerSettings = JSON.parse(process.argv[2] ?? '')
const { unit } = settings
const say = (event: object) => process.stdout.write(`${JSON.stringify(event)}\n`)
const kafka = kafkaConnection({ brokers: settings.brokers, clientId: unit })
const admission = new Admission({ kafka, topic: `${unit}.source`, groupId: `${unit}.group`, stateTopic: `${unit}.state`, companions: [] })
const stream = new UnitStream({
  kafka, unit, groupId: `${unit}.group`, inputs: [[`${unit}.source`]], instanceId: settings.instanceId,
  chunk: { maxRecords: settings.chunkRecords, maxBytes: 900_000, maxWaitMs: 5 },
  lease: (slot, group) => new TranslatorLease({
    kafka, slot, group, admission, stateTopic: `${unit}.state`, transactionalId: `${unit}.${slot.partition}${settings.unfenced ? `.${process.pid}.${Math.random()}` : ''}`,
    ...(settings.unfenced ? { transaction: (it) => new TransactionLease({ ...it, member: () => noMember }) } : {}),
    translate: (chunk) => {
      const output = new Output()
      for (const record of chunk.records) output.add(`${unit}.out`, chunk.partition, record.key, record.value)
      return output
    },
  }),
  onState: (slot, state, reason) => say({ partition: slot.partition, state, reason: reason?.message }),
  onEvent: (event) => { if (event.event === 'chunk.committed') say({ partition: event.chunk.partition, next: event.chunk.next }) },
})
process.once('SIGTERM', () => void stream.stop().then(() => kafka.close()).then(() => process.exit(0)))
stream.start()
