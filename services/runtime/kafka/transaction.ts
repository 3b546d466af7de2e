import type { Cluster } from './cluster.ts'
import { callCoordinator } from './coordinator.ts'
import { check, hasCode, isCode, leaseLost } from './errors.ts'
import type { Request } from './link.ts'
import { committedOffset, type MemberIdentity, noMember } from './offsets.ts'
import { produce, type SealedBatch } from './produce.ts'
import type { BatchWriter, Codec } from './record-batch.ts'
import { type Reader, Writer } from './wire.ts'

export interface TransactionSettings {
  readonly cluster: Cluster
  readonly transactionalId: string
  readonly groupId: string
  /** Read at each transaction: the generation moves on under a lease. */
  readonly member?: () => MemberIdentity
  /** Bounds only how long a hub that never comes back can hold readers up. */
  readonly timeoutMs?: number
  /** Above the brokers' session timeout plus 3 s, so that a fail-over is waited out. */
  readonly deadlineMs?: number
  readonly codec?: Codec
}
/** `release` gives the writer's memory to the next chunk, once the batch is sealed. */
export interface Batch { readonly topic: string; readonly partition: number; readonly writer: BatchWriter; readonly release: () => void }
export interface Position { readonly topic: string; readonly partition: number; readonly offset: number }

/** Markers that are on their way are there within a second or two. */
const pendingMs = 5_000
const sequences = 2 ** 31
/** Sequence numbers go on at 0 after 2^31 - 1, record by record. */
export const nextSequence = (sequence: number, count: number) => (sequence + count) % sequences

/**
 * The right to write under one transactional id. Whoever acquires last has it; everybody before is fenced by the broker.
 * After any error the object is dead: make a new one and acquire. Nothing is ever sent twice on a guess.
 * The steps of a transaction are methods of their own, so that a test can put another class in its place and fail between them.
 */
export class TransactionLease {
  protected readonly settings: TransactionSettings
  private producerId = -1n
  private epoch = -1
  protected readonly sequences = new Map<string, number>()
  private state: 'new' | 'ready' | 'busy' | 'dead' = 'new'
  constructor(settings: TransactionSettings) { this.settings = settings }

  /** InitProducerId v4: fences every earlier owner, and ends the transaction it left open. */
  async acquire(): Promise<void> {
    const body = new Writer().compactString(this.settings.transactionalId).int32(this.settings.timeoutMs ?? 30_000).int64(-1).int16(-1).tags()
    await this.ask({ api: 'InitProducerId', key: 22, version: 4, flexible: true, body: [body.done()] }, (answer) => {
      check(answer.int16(), 'InitProducerId', this.settings.transactionalId)
      this.producerId = answer.bigint64()
      this.epoch = answer.int16()
    }, { resend: true, deadlineMs: 30_000 })
    this.sequences.clear()
    this.state = 'ready'
  }

  /** The committed position of one input, or -1. Only after `acquire`: an earlier owner could still move it. */
  async committed(topic: string, partition: number): Promise<number> {
    const { cluster, groupId } = this.settings
    try { return await committedOffset(cluster, groupId, topic, partition, pendingMs) } catch (error) {
      if (!isCode(error, 'UNSTABLE_OFFSET_COMMIT')) throw error
      await this.endPending()
      return committedOffset(cluster, groupId, topic, partition)
    }
  }

  /**
   * A broker that was killed may hold a position to be pending of a transaction that it does not know any more, and then for ever: acquiring ends none, for there is none.
   * Everything that was begun under this id is over, so a transaction with nothing in it, ended, puts the marker there that was missing.
   */
  private async endPending(): Promise<void> {
    await this.beginOffsets()
    await this.endTransaction(false)
  }

  /** One transaction: all batches and positions, or nothing. Several batches of one partition keep their order. */
  async run({ batches, offsets }: { batches: readonly Batch[]; offsets: readonly Position[] }): Promise<void> {
    if (this.state !== 'ready') throw new Error(`a transaction was begun on a lease that is ${this.state}`)
    this.state = 'busy'
    const rounds = this.seal(batches)
    try {
      for (const topic of new Set(batches.map((batch) => batch.topic))) await this.settings.cluster.mustKnow(topic)
      if (batches.length > 0) await this.addPartitions(batches)
      const results = await Promise.allSettled([this.produce(rounds), this.addOffsets(offsets)])
      for (const result of results) if (result.status === 'rejected') throw result.reason
    } catch (error) {
      this.state = 'dead'
      // Nothing can have committed yet. An abort only lets readers past sooner; the next owner would do the same.
      if (!hasCode(error, leaseLost)) await this.endTransaction(false, 2000).catch(() => {})
      throw error
    }
    try {
      await this.endTransaction(true)
    } catch (error) {
      // The outcome is unknown: neither abort nor repeat. Whoever acquires next reads the position.
      this.state = 'dead'
      throw error
    }
    this.state = 'ready'
  }

  protected async addPartitions(batches: readonly Batch[]): Promise<void> {
    const byTopic = Map.groupBy(batches, (batch) => batch.topic)
    const body = this.begin()
    body.compactList([...byTopic], ([topic, these]) => body.compactString(topic)
      .compactList([...new Set(these.map((batch) => batch.partition))], (partition) => body.int32(partition)).tags()).tags()
    await this.ask({ api: 'AddPartitionsToTxn', key: 24, version: 3, flexible: true, body: [body.done()] }, (answer) => readPartitionCodes(answer, 'AddPartitionsToTxn'))
  }

  /** The rounds go out one after the other: a request carries one batch for a partition, and never two are in flight. */
  protected async produce(rounds: readonly (readonly SealedBatch[])[]): Promise<void> {
    const { cluster, transactionalId } = this.settings
    for (const round of rounds) await produce(cluster, round, { transactionalId, deadlineMs: this.deadlineMs, resend: false })
  }

  protected async addOffsets(offsets: readonly Position[]): Promise<void> {
    if (offsets.length === 0) return
    await this.beginOffsets()
    await this.commitOffsets(offsets)
  }

  private async beginOffsets(): Promise<void> {
    const add = this.begin().compactString(this.settings.groupId).tags()
    await this.ask({ api: 'AddOffsetsToTxn', key: 25, version: 3, flexible: true, body: [add.done()] }, (answer) => check(answer.int16(), 'AddOffsetsToTxn'))
  }

  protected async commitOffsets(offsets: readonly Position[]): Promise<void> {
    const { groupId, transactionalId } = this.settings
    const member = this.settings.member?.() ?? noMember
    const body = new Writer(512).compactString(transactionalId).compactString(groupId).int64(this.producerId).int16(this.epoch)
      .int32(member.generation).compactString(member.memberId).compactString(member.instanceId)
    body.compactList(offsets, (it) => body.compactString(it.topic)
      .compactList([it], () => body.int32(it.partition).int64(it.offset).int32(-1).compactString(null).tags()).tags()).tags()
    await this.ask({ api: 'TxnOffsetCommit', key: 28, version: 3, flexible: true, body: [body.done()] },
      (answer) => readPartitionCodes(answer, 'TxnOffsetCommit'), { kind: 'group' })
  }

  protected async endTransaction(commit: boolean, deadlineMs = this.deadlineMs): Promise<void> {
    const body = this.begin().int8(commit ? 1 : 0).tags()
    await this.ask({ api: 'EndTxn', key: 26, version: 3, flexible: true, body: [body.done()] }, (answer) => check(answer.int16(), 'EndTxn'), { deadlineMs })
  }

  private get deadlineMs() { return this.settings.deadlineMs ?? 12_000 }
  private begin() { return new Writer(512).compactString(this.settings.transactionalId).int64(this.producerId).int16(this.epoch) }

  private seal(batches: readonly Batch[]): SealedBatch[][] {
    const rounds: SealedBatch[][] = []
    const count = new Map<string, number>()
    for (const { topic, partition, writer, release } of batches) {
      const place = `${topic}/${partition}`
      const sequence = this.sequences.get(place) ?? 0
      this.sequences.set(place, nextSequence(sequence, writer.count))
      const round = count.get(place) ?? 0
      count.set(place, round + 1)
      const stamp = { producerId: this.producerId, epoch: this.epoch, sequence, transactional: true }
      const bytes = writer.seal({ stamp, ...(this.settings.codec === undefined ? {} : { codec: this.settings.codec }) })
      release();
      (rounds[round] ??= []).push({ topic, partition, bytes })
    }
    return rounds
  }

  private async ask(request: Request, read: (answer: Reader) => void, how: { kind?: 'group'; resend?: boolean; deadlineMs?: number } = {}): Promise<void> {
    const { cluster, groupId, transactionalId } = this.settings
    await callCoordinator(cluster, {
      kind: how.kind ?? 'transaction', name: how.kind === 'group' ? groupId : transactionalId, request, resend: how.resend ?? false,
      deadlineMs: how.deadlineMs ?? this.deadlineMs, read: (answer) => { answer.int32(); read(answer) },
    })
  }
}

/** Throws the first code that says something; OPERATION_NOT_ATTEMPTED (55) only repeats that another partition failed. */
function readPartitionCodes(answer: Reader, api: string): void {
  let worst = 0
  let place = ''
  answer.compactList(() => {
    const topic = answer.compactString()
    answer.compactList(() => {
      const partition = answer.int32()
      const code = answer.int16()
      if (code !== 0 && (worst === 0 || worst === 55)) { worst = code; place = `${topic}/${partition}` }
      answer.tags()
    })
    answer.tags()
  })
  check(worst, api, place)
}
