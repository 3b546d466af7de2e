import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { NewRecord } from '../../runtime/kafka/producer.ts'
import type { Errand } from './redriver.ts'

/** A claimed rejection that is to be sent. */
export interface Claimed {
  readonly rejection: string; readonly attempt: number; readonly stage: string; readonly unit: string
  readonly originTopic: string; readonly originTopicId: string; readonly originPartition: number; readonly originOffset: bigint
  readonly rejectedPartition: number; readonly rejectedOffset: bigint
}
export interface Sent { readonly topic: string; readonly record: NewRecord }
export type Send = (topic: string, records: readonly NewRecord[]) => Promise<void>

export interface RejectionsSettings {
  readonly ledger: Ledger
  /** The records as they go out; one whose bytes are gone is left out. */
  readonly prepare: (ask: 'redrive' | 'discard', claimed: readonly Claimed[]) => Promise<ReadonlyMap<string, Sent>>
  readonly send: Send
}

/** Rejections on their way back. The unit takes one only while it is open there. */
export const rejectionsErrand = ({ ledger, prepare, send }: RejectionsSettings): Errand => ({
  acts: ['redrive', 'discard'],
  outcomes: async (command) => { const rows = await ledger.redrive.groupBy({ by: ['outcome'], where: { command }, _count: true }); return rows },
  sendSome: ({ id, act }, most) => ledger.$transaction(async (tx) => {
    const claimed = await tx.$queryRaw<Claimed[]>`
      select redrive.rejection, redrive.attempt, stage, unit, origin_topic as "originTopic", origin_topic_id as "originTopicId", origin_partition as "originPartition", origin_offset as "originOffset",
        rejected_partition as "rejectedPartition", rejected_offset as "rejectedOffset"
      from redrive join rejection on rejection.id = redrive.rejection
      where command = ${id} and not sent and redrive.outcome is null
      order by unit, origin_topic, origin_partition, origin_offset limit ${most} for update of redrive skip locked`
    if (claimed.length === 0) return 0
    const records = await prepare(act === 'discard' ? 'discard' : 'redrive', claimed)
    for (const [topic, these] of Map.groupBy(records.values(), (it) => it.topic)) await send(topic, these.map(({ record }) => record))
    await note(tx, id, claimed, records)
    return claimed.length
  }, { timeout: 15_000, maxWait: 5_000 }),
})

async function note(tx: LedgerTransaction, command: string, claimed: readonly Claimed[], records: ReadonlyMap<string, Sent>): Promise<void> {
  const sent = claimed.filter((it) => records.has(it.rejection)).map((it) => it.rejection), gone = claimed.filter((it) => !records.has(it.rejection)).map((it) => it.rejection)
  await tx.$executeRaw`update redrive set sent = true where command = ${command} and rejection = any(${sent}::text[])`
  if (gone.length === 0) return
  await tx.$executeRaw`update redrive set outcome = 'bytes-gone' where command = ${command} and rejection = any(${gone}::text[])`
  await tx.$executeRaw`update rejection set status = 'open' where status = 'redriving' and id = any(${gone}::text[])`
}
