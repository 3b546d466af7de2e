import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchStack } from '../stack/bench-stack.ts'

const everyMs = 10

/** When the committed position of a group in each partition of a topic moved. A record is through when the position behind it is committed. */
export class PositionTrace {
  readonly moves = new Map<number, { readonly at: number; readonly offset: number }[]>()
  readonly #stack: BenchStack
  readonly #group: string
  readonly #topic: string
  readonly #looking: Promise<void>
  #on = true

  constructor(stack: BenchStack, group: string, topic: string) {
    this.#stack = stack
    this.#group = group
    this.#topic = topic
    this.#looking = this.#look()
  }

  async stop(): Promise<void> { this.#on = false; await this.#looking }

  /** The first move of a partition after a time; null while there is none. */
  firstAfter(partition: number, time: number): number | null {
    return this.moves.get(partition)?.find((it) => it.at > time)?.at ?? null
  }

  /** The longest time without a move between two times. */
  longestRest(partition: number, from: number, to: number): number {
    const times = [from, ...(this.moves.get(partition) ?? []).map((it) => it.at).filter((at) => at > from && at < to), to]
    return Math.max(...times.slice(1).map((at, i) => at - times[i]!))
  }

  async #look(): Promise<void> {
    while (this.#on) {
      const positions = await this.#stack.admin.groupOffsets(this.#group), at = Date.now()
      for (const { topic, partition, offset } of positions) {
        if (topic !== this.#topic) continue
        const moves = this.moves.get(partition)
        if (moves === undefined) this.moves.set(partition, [{ at, offset }])
        else if (moves.at(-1)!.offset !== offset) moves.push({ at, offset })
      }
      await sleep(everyMs)
    }
  }
}
