/** Work that is done round by round until it is stopped. A round deals with its own failures, and answers for how many milliseconds to rest. */
export class Rounds {
  #ended = false
  #woken: (() => void) | null = null
  readonly #done: Promise<void>
  /** The first round begins when whoever made this has it in hand. */
  constructor(round: () => Promise<number>) { this.#done = Promise.resolve().then(() => this.#run(round)) }

  get ended(): boolean { return this.#ended }

  /** Lets the round in hand end, and begins no other. */
  async stop(): Promise<void> {
    this.#ended = true
    this.#woken?.()
    await this.#done
  }

  async #run(round: () => Promise<number>): Promise<void> {
    while (!this.#ended) {
      const restMs = await round()
      if (!this.#ended) await new Promise<void>((resolve) => { this.#woken = resolve; setTimeout(resolve, restMs).unref() })
    }
  }
}
