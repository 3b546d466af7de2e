import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { codes, ConnectionLost, hasCode, isCode, KafkaError, leaderMoved } from './errors.ts'
import { type Reader, named, Writer } from './wire.ts'

/** One finished batch. A request carries at most one for each partition. */
export interface SealedBatch { readonly topic: string; readonly partition: number; readonly bytes: Buffer }

interface Options {
  readonly transactionalId: string | null
  readonly deadlineMs: number
  /** Whether a batch may be sent again when no answer came. */
  readonly resend: boolean
}

/**
 * Produce v11 with acks=all. Each batch is sent until it was acknowledged, and never once it was:
 * kafkajs marks whole brokers as done, which loses or doubles batches when a leader moves meanwhile.
 */
export async function produce(cluster: Cluster, batches: readonly SealedBatch[], options: Options): Promise<void> {
  const deadline = performance.now() + options.deadlineMs
  let todo = batches
  for (let wait = 5; todo.length > 0; wait = Math.min(wait * 2, 200)) {
    const failed: { batch: SealedBatch; error: unknown }[] = []
    const byLeader = Map.groupBy(todo, (batch) => cluster.leader(batch.topic, batch.partition))
    await Promise.all([...byLeader].map(async ([leader, these]) => {
      try {
        for (const { batch, code, detail } of await sendTo(cluster, leader, these, options.transactionalId)) {
          if (code === 0 || code === codes.DUPLICATE_SEQUENCE_NUMBER) continue
          failed.push({ batch, error: new KafkaError(code, 'Produce', `${batch.topic}/${batch.partition}${detail === null ? '' : ` ${detail}`}`) })
        }
      } catch (error) {
        for (const batch of these) failed.push({ batch, error })
      }
    }))
    const hopeless = failed.find(({ error }) => !mayTryAgain(error, options.resend)) ?? (performance.now() > deadline ? failed[0] : undefined)
    if (hopeless !== undefined) throw hopeless.error
    todo = failed.map(({ batch }) => batch)
    if (todo.length === 0) return
    await sleep(wait)
    if (failed.some(({ error }) => !isCode(error, 'CONCURRENT_TRANSACTIONS'))) await cluster.refresh().catch(() => {})
  }
}

const mayTryAgain = (error: unknown, resend: boolean) =>
  (error instanceof ConnectionLost ? resend : hasCode(error, leaderMoved) || isCode(error, 'CONCURRENT_TRANSACTIONS'))

async function sendTo(cluster: Cluster, leader: number, batches: readonly SealedBatch[], transactionalId: string | null) {
  if (leader < 0) throw new KafkaError(codes.LEADER_NOT_AVAILABLE, 'Produce')
  const byTopic = Map.groupBy(batches, (batch) => batch.topic)
  const body: Buffer[] = []
  let part = new Writer().compactString(transactionalId).int16(-1).int32(5000).varint(byTopic.size + 1)
  for (const [topic, these] of byTopic) {
    part.compactString(topic).varint(these.length + 1)
    for (const batch of these) {
      body.push(part.int32(batch.partition).varint(batch.bytes.length + 1).done(), batch.bytes)
      part = new Writer(64).tags()
    }
    part.tags()
  }
  body.push(part.tags().done())
  return readProduce(await cluster.send(leader, { api: 'Produce', key: 0, version: 11, flexible: true, body }), batches)
}

function readProduce(answer: Reader, batches: readonly SealedBatch[]) {
  const results: { batch: SealedBatch; code: number; detail: string | null }[] = []
  answer.compactList(() => {
    const topic = named(answer.compactString())
    answer.compactList(() => {
      const partition = answer.int32()
      const code = answer.int16()
      for (let times = 0; times < 3; times++) answer.int64()
      answer.compactList(() => { answer.int32(); answer.compactString(); answer.tags() })
      const detail = answer.compactString()
      answer.tags()
      const batch = batches.find((it) => it.topic === topic && it.partition === partition)
      if (batch !== undefined) results.push({ batch, code, detail })
    })
    answer.tags()
  })
  return results
}
