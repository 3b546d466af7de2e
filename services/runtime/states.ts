import type { Slot, SlotState } from './kafka/lease.ts'
import { type LostRange, RangeLost } from './kafka/range-lost.ts'
import type { Producer } from './kafka/producer.ts'
import { type Moved, TopicMoved } from './topic-moved.ts'

/** What one partition of one unit is doing, as its lease holder says. The last word per unit, topic and partition counts. */
export interface UnitState {
  unit: string; stage: 'translate' | 'deliver'; topic: string; partition: number
  state: SlotState; code: string | null; reason: string | null
  /** The next offset; -1 before the first chunk of this owner. */
  position: number; instance: string; at: string
  /** Where it stopped because its topic does not hold them any more: which offsets. */
  lost?: LostRange | null
  /** Where it is stopped because topics have other ids: which. */
  moved?: readonly Moved[]
}

const everyMs = 10_000

/** Publishes states to hub.states: at each change, and every ten seconds as a sign of life. A state that cannot be sent is dropped: the next one follows. */
export class States {
  readonly #held = new Map<string, UnitState>()
  readonly #timer: NodeJS.Timeout
  readonly #producer: Producer
  readonly #topic: string
  readonly #who: { stage: UnitState['stage']; instance: string }
  constructor(producer: Producer, topic: string, who: { stage: UnitState['stage']; instance: string }) {
    this.#producer = producer
    this.#topic = topic
    this.#who = who
    this.#timer = setInterval(() => { void this.#send([...this.#held.values()]) }, everyMs).unref()
  }

  changed(slot: Slot, state: SlotState, reason?: Error & { code?: unknown }): void {
    const topic = slot.inputs[0]!
    const key = `${slot.unit}/${topic}/${slot.partition}`
    const said: UnitState = {
      unit: slot.unit, stage: this.#who.stage, topic, partition: slot.partition, state, position: this.#held.get(key)?.position ?? -1, instance: this.#who.instance, at: new Date().toISOString(),
      code: reason === undefined ? null : typeof reason.code === 'string' ? reason.code : 'stage.bug', reason: reason?.message ?? null, lost: reason instanceof RangeLost ? reason.range : null,
      ...(reason instanceof TopicMoved ? { moved: reason.moved } : {}),
    }
    if (state === 'lost') this.#held.delete(key)
    else this.#held.set(key, said)
    if (state !== 'lost') void this.#send([said])
  }

  /** The position moved: told with the next sign of life. */
  moved(unit: string, topic: string, partition: number, position: number): void {
    const held = this.#held.get(`${unit}/${topic}/${partition}`)
    if (held) held.position = position
  }

  stop(): void { clearInterval(this.#timer) }

  async #send(states: readonly UnitState[]): Promise<void> {
    if (states.length === 0) return
    const at = new Date().toISOString()
    await this.#producer.send(this.#topic, states.map((it) => ({
      key: Buffer.from(`${it.unit}/${it.topic}/${it.partition}`), value: Buffer.from(JSON.stringify({ ...it, at })),
    }))).catch(() => {})
  }
}
