import { Environment, Stopped, Transient } from '../failure.ts'
import type { Place } from './assigner.ts'
import type { Chunk, KafkaRecord } from './chunk.ts'
import { failureOf, isCode } from './errors.ts'
import type { Fetcher } from './fetcher.ts'
import type { GroupMember } from './group.ts'
import { type Bounds, InputBuffer } from './input-buffer.ts'
import type { Lease, Slot, SlotState } from './lease.ts'
import { inputFacts, startAt } from './position.ts'
import type { Turns } from './turns.ts'

export interface SlotSettings {
  readonly slot: Slot
  readonly group: GroupMember
  readonly fetcher: Fetcher
  readonly turns: Turns
  readonly lease: (slot: Slot, group: GroupMember) => Lease
  readonly chunk: Bounds & { readonly maxWaitMs: number }
  readonly onState: (slot: Slot, state: SlotState, reason?: Error) => void
  readonly onCommitted: (chunk: Chunk, tookMs: number) => void
  readonly onDoubt: (slot: Slot, reason: Error) => void
}

/** How long the position may lag behind offsets that hold no committed records. */
const emptyMoveMs = 1000
/** How much longer a chunk may wait to fill up while the broker is known to have more for it. */
const behindWaits = 6
/** What has not passed after this time is no hiccup: the slot counts as paused, and people are told. */
const passingMs = 5000

/** Owns one slot for as long as the group says so: acquire, fetch, hand over chunk by chunk, and deal with what goes wrong. */
export class SlotRun {
  readonly slot: Slot
  readonly done: Promise<void>
  state: SlotState = 'acquiring'
  reason: Error | undefined
  inputs: readonly InputBuffer[] = []
  private readonly settings: SlotSettings
  private live = true
  private held: Error | null
  private lastStart = -Infinity
  private wakeUp: (() => void) | null = null

  constructor(settings: SlotSettings, held: Error | null) {
    this.settings = settings
    this.slot = settings.slot
    this.held = held
    this.done = this.own()
  }

  /** Ends after the chunk in hand. Where another owner has the slot already, that chunk is fenced. */
  end(): void { this.live = false; this.wake() }

  /** Holds the slot back with a reason, or lets it go on. The chunk in hand is finished. */
  hold(reason: Error | null): void { this.held = reason; this.wake() }

  private wake = (): void => { this.wakeUp?.() }

  private get places(): Place[] { return this.slot.inputs.map((topic) => ({ topic, partition: this.slot.partition })) }

  private become(state: SlotState, reason?: Error): void {
    if (this.state === state && this.reason?.message === reason?.message) return
    this.state = state
    this.reason = reason
    this.settings.onState(this.slot, state, reason)
  }

  /** Until something wakes the slot, or the time is over. */
  private async wait(ms = Infinity): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = ms === Infinity ? undefined : setTimeout(resolve, ms)
      this.wakeUp = () => { clearTimeout(timer); resolve() }
    })
    this.wakeUp = null
  }
  /** The whole time, unless the slot ends; by a clock that nobody puts back. */
  private async pause(ms: number): Promise<void> {
    for (const until = performance.now() + ms; this.live && performance.now() < until;) await this.wait(until - performance.now())
  }

  private async own(): Promise<void> {
    this.settings.onState(this.slot, 'acquiring')
    let tries = 0, failingSince = 0
    while (this.live && this.state !== 'stopped') {
      let lease: Lease | null = null
      try {
        lease = this.settings.lease(this.slot, this.settings.group)
        if (!await this.acquire(lease)) {
          await this.pause(20)
          continue
        }
        await this.work(lease, () => { tries = 0 })
      } catch (error) {
        if (tries === 0) failingSince = performance.now()
        await this.recover(failureOf(error), tries++, failingSince)
      } finally {
        lease?.drop()
        this.close()
      }
    }
    while (this.live) await this.wait()
    this.become('lost')
  }

  private close(): void {
    for (const input of this.inputs) {
      input.closed = true
      this.settings.fetcher.remove(input)
    }
    this.inputs = []
  }

  /** Confirm, fence, read the position, confirm again: a late owner that skipped the second would fence the right one. */
  private async acquire(lease: Lease): Promise<boolean> {
    const { group, fetcher } = this.settings
    if (!await group.confirm(this.places) || !this.live) return false
    const starts = await lease.acquire()
    const inputs: InputBuffer[] = []
    await fetcher.cluster.know(starts.map((start) => start.topic))
    for (const { topic, position, topicId } of starts) {
      inputs.push(new InputBuffer(topic, topicId ?? (await fetcher.cluster.mustKnow(topic)).id, this.slot.partition, position, this.wake))
    }
    if (!await group.confirm(this.places) || !this.live) return false
    this.inputs = inputs
    for (const input of inputs) await fetcher.add(input)
    return true
  }

  private async work(lease: Lease, succeeded: () => void): Promise<void> {
    // A pause whose cause only a chunk can show ends with the first one that works.
    if (this.state !== 'paused') this.become('running')
    const acquiredAt = performance.now()
    // Whose turn is first is drawn: an input that cannot go on must not keep its companion from being read, however often both begin anew.
    for (let turn = Math.floor(Math.random() * this.inputs.length); this.live; turn++) {
      if (this.held) {
        this.become('paused', this.held)
        for (const input of this.inputs) input.held = true
        await this.wait()
        for (const input of this.inputs) input.held = false
        this.settings.fetcher.wake()
        continue
      }
      if (performance.now() - acquiredAt > emptyMoveMs && !this.inputs.some((input) => input.hasRecords)) {
        succeeded()
        if (this.state === 'paused') this.become('running')
      }
      const input = this.ready(turn, performance.now() - acquiredAt > emptyMoveMs ? Infinity : emptyMoveMs)
      if (typeof input === 'number') {
        await this.wait(input)
        continue
      }
      if (input.error) throw await this.explain(input)
      await this.settings.turns.take(this.slot.unit)
      if (!this.live || this.held) continue
      await this.handOver(lease, input)
      succeeded()
      if (!this.held) this.become('running')
    }
  }

  /** The input whose turn it is, or how long to wait for one: where nothing lies here, until something comes, or `atMost`. */
  private ready(turn: number, atMost: number): InputBuffer | number {
    const { inputs } = this
    const now = performance.now()
    let soonest = atMost
    for (let index = 0; index < inputs.length; index++) {
      const input = inputs[(turn + index) % inputs.length]
      if (input === undefined) continue
      if (input.error) return input
      if (input.hasRecords) {
        // Full chunks go at once, and so does the first record after a rest; a trickle is gathered, and so is a backlog: small transactions cost the broker most.
        const due = this.lastStart + this.settings.chunk.maxWaitMs * (input.isBehind ? behindWaits : 1) - now
        if (due <= 0 || input.fills(this.settings.chunk)) return input
        soonest = Math.min(soonest, due)
      } else if (input.canMove) {
        const due = input.movedAt + emptyMoveMs - now
        if (due <= 0) return input
        soonest = Math.min(soonest, due)
      }
    }
    return soonest
  }

  private async handOver(lease: Lease, input: InputBuffer): Promise<void> {
    const startedAt = performance.now()
    const { records, next } = input.take(this.settings.chunk)
    this.settings.fetcher.wake()
    if (next === input.position) return
    // What held no committed records goes with the next record, or alone once a second.
    if (records.length === 0 && performance.now() - input.movedAt < emptyMoveMs) return
    this.lastStart = performance.now()
    const chunk = this.chunkOf(input, records, next)
    await lease.handle(chunk)
    input.position = next
    input.movedAt = performance.now()
    this.settings.onCommitted(chunk, performance.now() - startedAt)
  }

  private chunkOf(input: InputBuffer, records: readonly KafkaRecord[], next: number): Chunk {
    const { topic, topicId, partition, position } = input
    return { unit: this.slot.unit, topic, topicId, partition, from: position, next, records }
  }

  /** A position outside of what the partition holds: the exact range, never a jump. */
  private async explain(input: InputBuffer): Promise<unknown> {
    if (!isCode(input.error, 'OFFSET_OUT_OF_RANGE')) return input.error
    const facts = await inputFacts(this.settings.fetcher.cluster, input.topic, input.partition)
    // What was fetched and not handled yet is dropped, so it is lost from the position on.
    startAt(facts, { topicId: input.topicId, first: 0 }, input.next < facts.earliest ? input.position : input.next)
    return new Stopped('kafka.range_lost', `${input.topic}/${input.partition}: the broker does not have ${input.next}, it holds ${facts.earliest} to ${facts.end - 1}`)
  }

  private async recover(error: unknown, tries: number, failingSince: number): Promise<void> {
    if (!this.live) return
    const reason = error instanceof Error ? error : new Error(String(error))
    this.close()
    if (reason instanceof Transient) {
      if (this.state !== 'paused') this.become(performance.now() - failingSince < passingMs ? 'acquiring' : 'paused', reason)
      this.settings.onDoubt(this.slot, reason)
      this.settings.group.kick()
      await this.pause(Math.min(10 * 2 ** tries, 2000) * (0.5 + Math.random()))
    } else if (reason instanceof Environment) {
      this.become('paused', reason)
      await this.pause(Math.min(1000 * 2 ** tries, 10_000))
    } else {
      this.become('stopped', reason)
    }
  }
}
