import { setTimeout as sleep } from 'node:timers/promises'
import { readPartition } from '../../../services/runtime/kafka/read-all.ts'
import type { SinkRun } from '../runs/sink-run.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { canonical } from '../stack/hub-topics.ts'

/** Often enough for figures of 50 ms and more; at 250 looks a second it was the looking that loaded the machine. */
const everyMs = 10

/**
 * When rows became visible, as a reader on another connection sees it: the target's position is committed in one transaction with the
 * rows, so whoever sees the position sees every row before it. The look that came first after the commit counts, so it is never too early.
 */
export class VisibleRows {
  readonly #sink: SinkRun
  readonly #seen = new Map<number, { readonly at: number; readonly next: number }[]>()
  readonly #looking: Promise<void>
  #on = true

  constructor(sink: SinkRun) { this.#sink = sink; this.#looking = this.#look() }

  async stop(): Promise<void> { this.#on = false; await this.#looking }

  /** Milliseconds from the time a record was meant to be sent to its row in the table, or to that of a newer state of the same order. */
  async latencies(stack: BenchStack, from: number): Promise<Float64Array> {
    const found: number[] = []
    for (const [partition, looks] of this.#seen) {
      let look = 0
      for await (const records of readPartition(stack.kafka.control, canonical, partition)) for (const { offset, timestamp } of records) {
        while (looks[look]!.next <= offset) look++
        if (timestamp >= from) found.push(looks[look]!.at - timestamp)
      }
    }
    return Float64Array.from(found)
  }

  async #look(): Promise<void> {
    for (let last = false; !last;) {
      // Once more at the end: who stops it has seen the last row already.
      last = !this.#on
      const positions = await this.#sink.positions(), at = performance.timeOrigin + performance.now()
      for (const [partition, next] of positions) {
        const looks = this.#seen.get(partition)
        if (looks === undefined) this.#seen.set(partition, [{ at, next }])
        else if (looks.at(-1)!.next !== next) looks.push({ at, next })
      }
      if (!last) await sleep(everyMs)
    }
  }
}
