/** Many at a time, or one alone: so that, when the process dies, it is known who did it. */
export class Alone {
  #running = 0
  #idle: (() => void) | null = null
  #last: Promise<void> | null = null

  /** Together with others, but never beside who is alone. */
  async together<T>(work: () => Promise<T>): Promise<T> {
    while (this.#last) await this.#last
    this.#running++
    try { return await work() } finally { if (--this.#running === 0) this.#idle?.() }
  }

  /** When everybody else has finished, and before anybody begins. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#last) await this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = promise
    try {
      if (this.#running > 0) await new Promise<void>((done) => { this.#idle = done })
      this.#idle = null
      return await work()
    } finally {
      this.#last = null
      resolve()
    }
  }
}
