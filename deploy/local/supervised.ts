import { setTimeout as sleep } from 'node:timers/promises'
import { isStopping } from './process.ts'
import { reasonsUnready, startProgram, type Program, type ProgramOptions } from './program.ts'

const firstPauseMs = 200
const longestPauseMs = 30_000
const calmAfterMs = 60_000

/** One of the hub's programs, started again whenever it ends by itself: what a container platform would do. */
export class Supervised {
  readonly name: string
  readonly #program: string
  readonly #options: ProgramOptions
  #current: Program | undefined
  #trouble = 'starting'
  #ended = ''
  #restarts = 0

  constructor(program: string, options: ProgramOptions) {
    this.name = options.name ?? program
    this.#program = program
    this.#options = options
  }

  /** Resolves when the program answers for the first time. */
  async start(): Promise<string> {
    const url = await this.#once()
    void this.#keep()
    return url
  }

  /** What keeps it from being ready; empty when nothing does. */
  async trouble(): Promise<string> {
    if (!this.#current || this.#current.exit()) return this.#trouble
    return Object.entries(await reasonsUnready(this.#current.url)).map(([part, reason]) => `${part}: ${reason}`).join('; ')
  }

  /** That it ended by itself and runs again; empty when it never did. */
  get news(): string { return this.#restarts === 0 ? '' : `started again ${this.#restarts === 1 ? 'once' : `${this.#restarts} times`}, last at ${this.#ended}` }

  get log(): string { return this.#options.log }

  async #once(): Promise<string> {
    this.#current = await startProgram(this.#program, { ...this.#options, name: this.name })
    return this.#current.url
  }

  async #keep(): Promise<void> {
    for (let pause = firstPauseMs; this.#current;) {
      const since = Date.now()
      const { code, signal } = await this.#current.exited
      this.#ended = `${new Date().toTimeString().slice(0, 8)} after ${signal ?? `exit ${code}`}`
      if (Date.now() - since > calmAfterMs) pause = firstPauseMs
      for (let up = false; !up; pause = Math.min(pause * 2, longestPauseMs)) {
        this.#trouble = `ended with ${signal ?? code}, starts again in ${pause / 1000} s; see ${this.log}`
        await sleep(pause)
        if (isStopping()) return
        this.#restarts++
        up = await this.#once().then(() => true, () => false)
      }
    }
  }
}
