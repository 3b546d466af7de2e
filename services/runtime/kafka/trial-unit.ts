// A unit that copies its source to an output topic, for the tests of this room. What a test wants to be different, it puts in.
import { setTimeout as sleep } from 'node:timers/promises'
import { Admin, type WantedTopic } from './admin.ts'
import { Admission } from './admission.ts'
import type { Chunk } from './chunk.ts'
import type { KafkaConnection } from './connection.ts'
import { Output } from './output.ts'
import { Producer } from './producer.ts'
import { readAll } from './read-all.ts'
import { type StreamEvent, type StreamSettings, UnitStream } from './stream.ts'
import { TranslatorLease, type TranslatorLeaseSettings } from './translator-lease.ts'

export interface Change { readonly partition: number; readonly state: string; readonly reason: Error | undefined }

export class TrialUnit {
  readonly kafka: KafkaConnection
  readonly name: string
  readonly partitions: number
  readonly changes: Change[] = []
  readonly events: StreamEvent[] = []
  constructor(kafka: KafkaConnection, name: string, partitions = 2) {
    this.kafka = kafka
    this.name = name
    this.partitions = partitions
  }
  get source() { return `${this.name}.source` }
  get out() { return `${this.name}.out` }
  get state() { return `${this.name}.state` }
  get groupId() { return `${this.name}.group` }
  readonly transactionalId = (partition: number) => `${this.name}.${partition}`

  async createTopics(more: readonly WantedTopic[] = []): Promise<void> {
    const { source, out, state, partitions } = this
    await new Admin(this.kafka).ensureTopics([{ topic: source, partitions }, { topic: out, partitions }, { topic: state, partitions, config: { 'cleanup.policy': 'compact' } }, ...more])
  }

  /** `count` numbered records into each partition, or into one. */
  async feed(first: number, count: number, partition?: number): Promise<void> {
    const places = partition === undefined ? Array.from({ length: this.partitions }, (_, i) => i) : [partition]
    await new Producer(this.kafka).send(this.source, places.flatMap((place) =>
      Array.from({ length: count }, (_, i) => ({ key: `${i % 5}`, value: `${first + i}`, partition: place }))))
  }

  copy = (chunk: Chunk): Output => {
    const output = new Output()
    for (const record of chunk.records) output.add(this.out, chunk.partition, record.key, record.value)
    return output
  }

  stream(lease: Partial<TranslatorLeaseSettings> = {}, stream: Partial<StreamSettings> = {}): UnitStream {
    const { kafka, state: stateTopic, source: topic, groupId } = this
    const admission = new Admission({ kafka, topic, groupId, stateTopic, companions: [] })
    return new UnitStream({
      kafka, unit: this.name, groupId, inputs: [[this.source]], chunk: { maxRecords: 100, maxBytes: 900_000, maxWaitMs: 5 },
      lease: (slot, group) => new TranslatorLease({ kafka, slot, group, stateTopic, admission, transactionalId: this.transactionalId(slot.partition), translate: this.copy, ...lease }),
      onState: (slot, state, reason) => this.changes.push({ partition: slot.partition, state, reason }),
      onEvent: (event) => this.events.push(event),
      ...stream,
    })
  }

  written(): Promise<string[][]> { return this.valuesOf(this.out) }
  /** What lies in the source: whoever feeds sends again what was not answered. */
  fed(): Promise<string[][]> { return this.valuesOf(this.source) }
  private async valuesOf(topic: string): Promise<string[][]> {
    const values: string[][] = Array.from({ length: this.partitions }, () => [])
    for (const { partition, record } of await readAll(this.kafka.control, topic)) values[partition]?.push(`${record.value}`)
    return values
  }
  async committed(): Promise<number[]> {
    const offsets = await new Admin(this.kafka).groupOffsets(this.groupId)
    return Array.from({ length: this.partitions }, (_, partition) => offsets.find((it) => it.topic === this.source && it.partition === partition)?.offset ?? -1)
  }
  /** Waits for a state of one partition and answers the last reason given for it. */
  async become(partition: number, state: string, withinMs = 30_000): Promise<Error | undefined> {
    const found = await until(() => this.changes.findLast((it) => it.partition === partition)?.state === state ? this.changes.at(-1) : undefined, withinMs, () => `${partition} to be ${state}: ${this.story()}`)
    return this.changes.findLast((it) => it.partition === partition)?.reason ?? found?.reason
  }
  async reach(counts: readonly number[], withinMs = 30_000): Promise<void> {
    let at: number[] = []
    await until(async () => { at = await this.committed(); return at.every((it, i) => it >= (counts[i] ?? 0)) || undefined }, withinMs, () => `${counts}, at ${at}: ${this.story()}`)
  }
  private story(): string { return this.changes.map((it) => `${it.partition} ${it.state} ${it.reason?.message}`).join('; ') }
}

export async function until<T>(look: () => T | undefined | Promise<T | undefined>, withinMs: number, what: () => string): Promise<T> {
  for (const deadline = Date.now() + withinMs; ; await sleep(20)) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what()}`)
  }
}
/** `0` to `count - 1`. */
export const numbers = (count: number) => Array.from({ length: count }, (_, i) => `${i}`)
