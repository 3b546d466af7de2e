import type { Adoptions } from './adoptions.ts'
import { commandOf } from './command-of.ts'
import { events } from './events.ts'
import { PausedByPerson } from './failure.ts'
import type { Cluster } from './kafka/cluster.ts'
import { type LostRange, RangeLost } from './kafka/range-lost.ts'
import { readPartition } from './kafka/read-all.ts'
import type { UnitStream } from './kafka/stream.ts'
import type { Registry } from './registry.ts'
import { Rounds } from './rounds.ts'
import { TopicMoved } from './topic-moved.ts'

/** What an order is about: a unit's stream. */
export type Ordered = Pick<UnitStream, 'unit' | 'pause' | 'resume' | 'status' | 'retry'>
/** A range that a person wants a unit to go on behind, and the command that says so. */
export interface PassOver extends LostRange { readonly command: string }
export interface OrdersSettings {
  readonly cluster: Cluster; readonly topic: string; readonly registry: Pick<Registry, 'schemaOf'>
  /** Where leases look up what people have said about topics of other ids. */
  readonly adoptions: Adoptions
}

const everyMs = 1_000
/** As long as everybody waits for it. */
const soonMs = 100

/**
 * What people have ordered: units that are paused stay so over restarts. The topic is read to its end before any unit reads a record, and followed
 * from then on. Who cannot read it yet waits; who has read it goes on with what it knows.
 */
export class Orders {
  readonly #it: OrdersSettings
  readonly #streams: readonly Ordered[]
  readonly #paused = new Map<string, Error>()
  readonly #resumed = new Map<string, number>()
  readonly #passOver = new Map<string, { readonly unit: string; readonly ranges: readonly PassOver[] }>()
  readonly #tried = new Set<PassOver>()
  #next = 0
  #caughtUp = false
  /** What was told of last, so that an outage is told once. */
  #told = ''
  readonly #rounds: Rounds

  constructor(it: OrdersSettings, streams: readonly Ordered[]) {
    this.#it = it
    this.#streams = streams
    for (const stream of streams) stream.pause(new PausedByPerson('unit.orders_unread', 'what people have ordered is not read yet'))
    this.#rounds = new Rounds(() => this.#round())
  }

  /** When a person last let the unit go on, in milliseconds; -Infinity: never. */
  resumedAt(unit: string): number { return this.#resumed.get(unit) ?? -Infinity }

  /** Whether a person wants the unit to go on behind what it stands before. An order is for what it names: this topic, from here on, and no further than what is gone. */
  passesOver(unit: string, { topic, topicId, partition, from, to }: LostRange): PassOver | null {
    const ranges = [...this.#passOver.values()].flatMap((it) => (it.unit === unit ? it.ranges : []))
    return ranges.find((it) => it.topic === topic && it.topicId === topicId && it.partition === partition && it.from === from && it.to > from && it.to <= to) ?? null
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  async #round(): Promise<number> {
    try {
      await this.#read()
      this.#caughtUp = true
      for (const stream of this.#streams) this.#obey(stream)
      this.#told = ''
    } catch (error) {
      const { message } = error as Error
      if (!this.#caughtUp) for (const stream of this.#streams) stream.pause(new PausedByPerson('unit.orders_unread', `what people have ordered cannot be read: ${message}`))
      if (message !== this.#told) events.ordersUnread(error as Error)
      this.#told = message
    }
    return this.#caughtUp ? everyMs : soonMs
  }

  async #read(): Promise<void> {
    const { cluster, topic, registry } = this.#it
    for await (const records of readPartition(cluster, topic, 0, this.#next)) for (const { offset, value } of records) {
      // What is no command changes nothing here; the reconciler tells of it.
      const found = await commandOf(value, registry)
      this.#next = offset + 1
      if (!('command' in found) || found.command.subject === null) continue
      const { id, act, subject, actor, reason, at, offsets, adopt } = found.command
      if (act === 'adopt') this.#it.adoptions.take(subject, adopt ?? [])
      else if (act === 'pause') this.#paused.set(subject, new PausedByPerson('unit.paused', `${actor}: ${reason}`))
      else if (act === 'resume') {
        this.#paused.delete(subject)
        this.#resumed.set(subject, at / 1_000)
      } else if (act === 'bootstrap') this.#passOver.set(id, { unit: subject, ranges: (offsets ?? []).map((range) => ({ ...range, command: id })) })
      else if (act === 'cancel') this.#passOver.delete(subject)
    }
  }

  #obey(stream: Ordered): void {
    const reason = this.#paused.get(stream.unit)
    if (reason) stream.pause(reason)
    else stream.resume()
    // What stopped before the order came, or while it was read.
    for (const { slot, state, reason: why } of stream.status()) {
      if (state !== 'stopped') continue
      if (why instanceof RangeLost) {
        const order = this.passesOver(stream.unit, why.range)
        if (order === null || this.#tried.has(order)) continue
        this.#tried.add(order)
        stream.retry(slot.partition, order.topic)
      } else if (why instanceof TopicMoved && why.moved.every((it) => this.#it.adoptions.positionOf(stream.unit, it) !== null)) {
        events.topicsAdopted(stream.unit, why.moved)
        stream.retry(slot.partition, slot.inputs[0])
      }
    }
  }
}
