import { setTimeout as sleep } from 'node:timers/promises'
import type { Ledger } from './ledger.ts'

/** How old `verified through` is, second by second. As long as nothing is proven it is as old as the looking. */
export class VerifiedAge {
  readonly #ledger: Ledger
  readonly #samples: [at: number, age: number][] = []
  readonly #looking: Promise<void>
  #on = true

  constructor(ledger: Ledger) { this.#ledger = ledger; this.#looking = this.#look() }

  /** Seconds since the beginning, and the age in seconds. */
  async stop(): Promise<readonly (readonly [at: number, age: number])[]> { this.#on = false; await this.#looking; return this.#samples }

  async #look(): Promise<void> {
    const began = Date.now()
    while (this.#on) {
      const through = await this.#ledger.through(), now = Date.now()
      this.#samples.push([(now - began) / 1000, (now - (through ?? began)) / 1000])
      await sleep(1_000)
    }
  }
}
