/** So many chunks are in hand at once; the next one waits unread, for what is read lies in memory until it is written. */
export class Hands {
  #free: number
  readonly #waiting: (() => void)[] = []
  constructor(most: number) { this.#free = most }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
    else this.#free--
    try { return await work() } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
