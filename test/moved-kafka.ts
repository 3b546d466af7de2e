import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createTopics, wantedTopics } from '../deploy/local/provision.ts'
import { kafkaConnection } from '../services/runtime/kafka/connection.ts'
import { committedOffsets } from '../services/runtime/kafka/offsets.ts'
import { TransactionLease } from '../services/runtime/kafka/transaction.ts'
import { privateKafka } from './private-stack.ts'

export type PrivateKafka = Awaited<ReturnType<typeof privateKafka>>

/**
 * A new Kafka in the place of one that was stopped: another cluster id, the same topics with other ids, and the old log folders copied into them, offset for offset.
 * `internal`: with the brokers' own topics, of committed offsets and of transactions.
 */
export async function movedKafka(old: PrivateKafka, hub: string, internal = true): Promise<PrivateKafka> {
  const moved = await privateKafka({}, { port: old.port }), settings = { brokers: [moved.brokers], clientId: 'moving' }
  await createTopics(settings, wantedTopics(hub))
  await makeInternalTopics(settings)
  await moved.stop()
  const [from, to] = [join(old.folder, 'log'), join(moved.folder, 'log')], there = new Set(readdirSync(to))
  for (const name of readdirSync(from).filter((it) => /-\d+$/.test(it) && (internal || !it.startsWith('__')) && !it.startsWith('__cluster_metadata'))) {
    if (!there.has(name)) throw new Error(`the new Kafka has no ${name}`)
    for (const file of readdirSync(join(to, name))) if (file !== 'partition.metadata') rmSync(join(to, name, file), { recursive: true })
    cpSync(join(from, name), join(to, name), { recursive: true, filter: (file) => !file.endsWith('partition.metadata') })
  }
  await moved.start()
  return moved
}

/** Brokers make them when somebody asks for them first. */
async function makeInternalTopics(settings: { brokers: string[]; clientId: string }): Promise<void> {
  const kafka = kafkaConnection(settings)
  try {
    await committedOffsets(kafka.control, 'nobody')
    await new TransactionLease({ cluster: kafka.forLease(), transactionalId: 'nobody', groupId: 'nobody', member: () => ({ generation: -1, memberId: '', instanceId: null }) }).acquire()
  } finally { await kafka.close() }
}
