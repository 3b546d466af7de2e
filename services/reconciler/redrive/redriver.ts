import { events } from '../../runtime/events.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { NewRecord } from '../../runtime/kafka/producer.ts'
import { Rounds } from '../../runtime/rounds.ts'

/** A claimed rejection that is to be sent. */
export interface Claimed {
  readonly rejection: string; readonly attempt: number; readonly stage: string; readonly unit: string
  readonly originTopic: string; readonly originTopicId: string; readonly originPartition: number; readonly originOffset: bigint
  readonly rejectedPartition: number; readonly rejectedOffset: bigint
}
interface Running { readonly id: string; readonly act: string; readonly perSecond: number | null }
export interface Sent { readonly topic: string; readonly record: NewRecord }

const atOnce = 500
const idleMs = 1_000
/** Unless the command says otherwise: quick, and the stream beside it does not notice. */
const ordinaryPace = 1_000

export interface RedriverSettings {
  readonly ledger: Ledger
  /** The records as they go out; one whose bytes are gone is left out. */
  readonly prepare: (ask: 'redrive' | 'discard', claimed: readonly Claimed[]) => Promise<ReadonlyMap<string, Sent>>
  readonly send: (topic: string, records: readonly NewRecord[]) => Promise<void>
}

/**
 * Sends what commands have claimed. Whoever dies between sending and noting so sends again: the unit takes a rejection only while it is open there.
 * The order within a partition is that of the origin, so that the states of an entity come as they came.
 */
export class Redriver {
  readonly #it: RedriverSettings
  readonly #rounds: Rounds
  constructor(it: RedriverSettings) {
    this.#it = it
    this.#rounds = new Rounds(() => this.#work().catch((error: unknown) => { events.redriveFailed(error instanceof Error ? error : new Error(String(error))); return idleMs }))
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  /** One round through the running commands; answers how long to rest. */
  async #work(): Promise<number> {
    const running = await this.#it.ledger.command.findMany({ where: { status: 'running', act: { in: ['redrive', 'discard'] } }, orderBy: { at: 'asc' }, select: { id: true, act: true, perSecond: true } })
    let restMs = idleMs
    for (const it of running) {
      const pace = it.perSecond ?? ordinaryPace
      const sent = await this.#sendSome(it, Math.min(atOnce, Math.ceil(pace / 2)))
      if (sent > 0) restMs = Math.min(restMs, (sent / pace) * 1000)
      else if (await this.#end(it)) restMs = 0
    }
    return running.length === 0 ? idleMs : restMs
  }

  #sendSome({ id, act }: Running, most: number): Promise<number> {
    const { ledger, prepare, send } = this.#it
    return ledger.$transaction(async (tx) => {
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
    }, { timeout: 15_000, maxWait: 5_000 })
  }

  /** A command is done when every rejection that it sent has been answered. */
  async #end({ id }: Running): Promise<boolean> {
    const { ledger } = this.#it
    const rows = await ledger.redrive.groupBy({ by: ['outcome'], where: { command: id }, _count: true })
    if (rows.some(({ outcome }) => outcome === null)) return false
    const counts = Object.fromEntries(rows.map(({ outcome, _count }) => [outcome!, _count]))
    const detail = rows.map(({ outcome, _count }) => `${_count} ${outcome}`).sort().join(', ')
    await ledger.$transaction(async (tx) => {
      const ended = await tx.command.updateMany({ where: { id, status: 'running' }, data: { status: 'done', detail, endedAt: new Date() } })
      if (ended.count > 0) await tx.$executeRaw`update audit set after = ${JSON.stringify(counts)}::jsonb where subject = ${id} and after is null`
    })
    return true
  }
}

async function note(tx: LedgerTransaction, command: string, claimed: readonly Claimed[], records: ReadonlyMap<string, Sent>): Promise<void> {
  const sent = claimed.filter((it) => records.has(it.rejection)).map((it) => it.rejection), gone = claimed.filter((it) => !records.has(it.rejection)).map((it) => it.rejection)
  await tx.$executeRaw`update redrive set sent = true where command = ${command} and rejection = any(${sent}::text[])`
  if (gone.length === 0) return
  await tx.$executeRaw`update redrive set outcome = 'bytes-gone' where command = ${command} and rejection = any(${gone}::text[])`
  await tx.$executeRaw`update rejection set status = 'open' where status = 'redriving' and id = any(${gone}::text[])`
}
