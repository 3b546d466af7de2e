import { commandCodec } from '../../canonical/codec.ts'
import { schemaIdOf } from '../../canonical/reader.ts'
import type { Command } from '../../canonical/models.generated.ts'
import { events } from './events.ts'
import { PausedByPerson } from './failure.ts'
import type { Cluster } from './kafka/cluster.ts'
import type { KafkaRecord } from './kafka/chunk.ts'
import { readPartition } from './kafka/read-all.ts'
import type { Registry } from './registry.ts'

/** What an order is about: a unit's stream. */
export interface Pausable { readonly unit: string; pause(reason: Error): void; resume(): void }

const everyMs = 1_000
/** As long as everybody waits for it. */
const soonMs = 100
const codec = commandCodec()

/**
 * What people have ordered: units that are paused stay so over restarts. The topic is read to its end before any unit reads a record, and followed
 * from then on. Who cannot read it yet waits; who has read it goes on with what it knows.
 */
export class Orders {
  readonly #it: { readonly cluster: Cluster; readonly topic: string; readonly registry: Pick<Registry, 'schemaOf'> }
  readonly #streams: readonly Pausable[]
  readonly #paused = new Map<string, Error>()
  readonly #resumed = new Map<string, number>()
  #next = 0
  #caughtUp = false
  #ended = false
  #woken: (() => void) | null = null
  readonly #done: Promise<void>

  constructor(it: { readonly cluster: Cluster; readonly topic: string; readonly registry: Pick<Registry, 'schemaOf'> }, streams: readonly Pausable[]) {
    this.#it = it
    this.#streams = streams
    for (const stream of streams) stream.pause(new PausedByPerson('unit.orders_unread', 'what people have ordered is not read yet'))
    this.#done = this.#follow()
  }

  /** When a person last let the unit go on, in milliseconds; -Infinity: never. */
  resumedAt(unit: string): number { return this.#resumed.get(unit) ?? -Infinity }

  async stop(): Promise<void> {
    this.#ended = true
    this.#woken?.()
    await this.#done
  }

  async #follow(): Promise<void> {
    for (let told = ''; !this.#ended;) {
      try {
        await this.#read()
        this.#caughtUp = true
        for (const stream of this.#streams) this.#obey(stream)
        told = ''
      } catch (error) {
        const { message } = error as Error
        if (!this.#caughtUp) for (const stream of this.#streams) stream.pause(new PausedByPerson('unit.orders_unread', `what people have ordered cannot be read: ${message}`))
        if (message !== told) events.ordersUnread(error as Error)
        told = message
      }
      if (!this.#ended) await new Promise<void>((resolve) => { this.#woken = resolve; setTimeout(resolve, this.#caughtUp ? everyMs : soonMs).unref() })
    }
  }

  async #read(): Promise<void> {
    const { cluster, topic } = this.#it
    for await (const records of readPartition(cluster, topic, 0, this.#next)) for (const record of records) {
      const command = await this.#commandOf(record)
      this.#next = record.offset + 1
      if (command?.act === 'pause') this.#paused.set(command.subject!, new PausedByPerson('unit.paused', `${command.actor}: ${command.reason}`))
      else if (command?.act === 'resume') {
        this.#paused.delete(command.subject!)
        this.#resumed.set(command.subject!, command.at / 1_000)
      }
    }
  }

  /** Null: a record that is no order changes nothing here; the reconciler tells of it. */
  async #commandOf({ value }: KafkaRecord): Promise<Command | null> {
    if (value === null) return null
    let id: number
    try { id = schemaIdOf(value) } catch { return null }
    const schema = await this.#it.registry.schemaOf(id)
    if (schema === null) return null
    try { const command = codec.decode(value, () => schema); return command.subject === null ? null : command } catch { return null }
  }

  #obey(stream: Pausable): void {
    const reason = this.#paused.get(stream.unit)
    if (reason) stream.pause(reason)
    else stream.resume()
  }
}
