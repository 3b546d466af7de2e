import type { Place } from './assigner.ts'
import type { Chunk } from './chunk.ts'
import type { KafkaConnection } from './connection.ts'
import { GroupMember, type GroupEvent } from './group.ts'
import type { Lease, Slot, SlotState } from './lease.ts'
import { SlotRun } from './slot-run.ts'

export interface StreamSettings {
  readonly kafka: KafkaConnection
  readonly unit: string
  readonly groupId: string
  /** Each a topic followed by the companions that travel with it, such as a source and its redrive. */
  readonly inputs: readonly (readonly string[])[]
  readonly lease: (slot: Slot, group: GroupMember) => Lease
  readonly chunk: { readonly maxRecords: number; readonly maxBytes: number; readonly maxWaitMs: number }
  readonly instanceId?: string | null
  readonly sessionMs?: number
  readonly heartbeatMs?: number
  readonly onState?: (slot: Slot, state: SlotState, reason?: Error) => void
  readonly onEvent?: (event: StreamEvent) => void
}
export type StreamEvent =
  | GroupEvent
  | { readonly event: 'chunk.committed'; readonly chunk: Chunk; readonly tookMs: number }
  | { readonly event: 'lease.doubt'; readonly slot: Slot; readonly reason: Error }
  | { readonly event: 'slot.paused' | 'slot.stopped'; readonly slot: Slot; readonly reason: Error }
  | { readonly event: 'group.refused'; readonly reason: Error }

export interface SlotStatus {
  readonly slot: Slot
  readonly state: SlotState
  readonly reason: Error | undefined
  /** `end` is the last stable offset seen, -1 before the first fetch. */
  readonly positions: readonly { readonly topic: string; readonly position: number; readonly end: number }[]
}

/** Feeds the chunks of one unit to the leases of the slots that its group gives to this process. */
export class UnitStream {
  readonly unit: string
  readonly group: GroupMember
  private readonly settings: StreamSettings
  private readonly runs = new Map<string, SlotRun>()
  private readonly ending = new Set<Promise<void>>()
  private held: Error | null = null

  constructor(settings: StreamSettings) {
    this.settings = settings
    this.unit = settings.unit
    const { kafka, groupId, inputs, onEvent } = settings
    this.group = new GroupMember({
      cluster: kafka.cluster(3000), groupId, inputs, instanceId: settings.instanceId ?? null,
      ...(settings.sessionMs === undefined ? {} : { sessionMs: settings.sessionMs }),
      ...(settings.heartbeatMs === undefined ? {} : { heartbeatMs: settings.heartbeatMs }),
      onGained: (places) => this.gain(places),
      onLost: (places) => this.lose(places),
      onRefused: (reason) => onEvent?.({ event: 'group.refused', reason }),
      ...(onEvent === undefined ? {} : { onEvent }),
    })
  }

  /** Begins to join; an outage is waited out in the background. */
  start(): void { this.group.start() }

  /** Finishes and commits the chunks in hand, then leaves the group; a static member stays in it for its restart. */
  async stop(options: { leave?: boolean; drainMs?: number } = {}): Promise<void> {
    for (const key of this.runs.keys()) this.endRun(key)
    const drained = Promise.all(this.ending)
    await Promise.race([drained, new Promise((resolve) => { setTimeout(resolve, options.drainMs ?? 8000).unref() })])
    await this.group.stop(options.leave === undefined ? {} : { leave: options.leave })
  }

  /** Holds every slot back, for a reason that a person reads. Membership and leases stay. */
  pause(reason: Error): void { if (this.held?.message !== reason.message) this.hold(reason) }
  resume(): void { if (this.held) this.hold(null) }
  private hold(reason: Error | null): void {
    this.held = reason
    for (const run of this.runs.values()) run.hold(reason)
  }

  /** Tries a slot that stopped once more, after a person has dealt with the reason. */
  retry(partition: number, topic?: string): void {
    for (const [key, run] of this.runs) {
      if (run.slot.partition !== partition || run.state !== 'stopped' || (topic !== undefined && !run.slot.inputs.includes(topic))) continue
      this.endRun(key)
      this.begin(run.slot)
    }
  }

  status(): SlotStatus[] {
    return [...this.runs.values()].map(({ slot, state, reason, inputs }) => (
      { slot, state, reason, positions: inputs.map(({ topic, position, end }) => ({ topic, position, end })) }))
  }

  private mainOf(topic: string): string { return this.settings.inputs.find((input) => input.includes(topic))?.[0] ?? topic }
  private keyOf({ topic, partition }: Place): string { return `${this.mainOf(topic)}/${partition}` }

  private gain(places: readonly Place[]): void { this.change(places, (topics, place) => topics.add(place.topic)) }
  private lose(places: readonly Place[]): void { this.change(places, (topics, place) => topics.delete(place.topic)) }

  /** A slot whose inputs change starts anew with the rest: one lease covers them all. */
  private change(places: readonly Place[], apply: (topics: Set<string>, place: Place) => unknown): void {
    const changed = new Map<string, { partition: number; topics: Set<string> }>()
    for (const place of places) {
      const key = this.keyOf(place)
      const slot = changed.get(key) ?? { partition: place.partition, topics: new Set(this.runs.get(key)?.slot.inputs) }
      apply(slot.topics, place)
      changed.set(key, slot)
    }
    for (const [key, { partition, topics }] of changed) {
      this.endRun(key)
      const main = key.slice(0, key.lastIndexOf('/'))
      const order = this.settings.inputs.find((input) => input[0] === main) ?? [...topics]
      if (topics.size > 0) this.begin({ unit: this.unit, partition, inputs: order.filter((topic) => topics.has(topic)) })
    }
  }

  private begin(slot: Slot): void {
    const { kafka, lease, chunk, onEvent } = this.settings
    const run = new SlotRun({
      slot, group: this.group, fetcher: kafka.fetcher, turns: kafka.turns, lease, chunk,
      onState: (it, state, reason) => this.say(it, state, reason),
      onCommitted: (committed, tookMs) => onEvent?.({ event: 'chunk.committed', chunk: committed, tookMs }),
      onDoubt: (it, reason) => onEvent?.({ event: 'lease.doubt', slot: it, reason }),
    }, this.held)
    this.runs.set(`${slot.inputs[0] === undefined ? '' : this.mainOf(slot.inputs[0])}/${slot.partition}`, run)
  }

  private endRun(key: string): void {
    const run = this.runs.get(key)
    if (run === undefined) return
    this.runs.delete(key)
    run.end()
    this.ending.add(run.done)
    void run.done.finally(() => this.ending.delete(run.done))
  }

  private say(slot: Slot, state: SlotState, reason?: Error): void {
    const { onState, onEvent } = this.settings
    if (reason === undefined) onState?.(slot, state)
    else onState?.(slot, state, reason)
    if (reason !== undefined && (state === 'paused' || state === 'stopped')) onEvent?.({ event: `slot.${state}`, slot, reason })
  }
}
