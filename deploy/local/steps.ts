import { WriteStream } from 'node:tty'

interface Step { name: string; began: number; doing: string }

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
// As wide as the longest name of a step.
const width = 23
const seconds = (since: number): string => `${((Date.now() - since) / 1000).toFixed(1)} s`

/**
 * Shows what is being done, with times: on a terminal one live line for each step under way, elsewhere plain lines, with a sign of life
 * every five seconds. A finished step stays as one line.
 */
export class Steps {
  readonly #out: NodeJS.WriteStream
  readonly #live: boolean
  readonly #under: Step[] = []
  #drawn = 0
  #frame = 0
  #timer: NodeJS.Timeout | undefined

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out
    this.#live = out instanceof WriteStream
  }

  /** Does one step. `say` tells how far it is; what the work returns as text stands beside the step's name when it is done. */
  async run<T>(name: string, work: (say: (doing: string) => void) => Promise<T>, result: (value: T) => string = () => ''): Promise<T> {
    const step: Step = { name, began: Date.now(), doing: '' }
    this.#under.push(step)
    this.#begin()
    try {
      const value = await work((doing) => { step.doing = doing })
      this.#end(step, '✓', result(value))
      return value
    } catch (error) {
      this.#end(step, '✗', '')
      throw error
    }
  }

  /** A line of its own between the steps. */
  note(line: string): void {
    this.#clear()
    this.#out.write(`${line}\n`)
    this.#draw()
  }

  #begin(): void {
    this.#timer ??= setInterval(() => {
      if (this.#live) { this.#clear(); this.#draw() } else for (const step of this.#under) this.#out.write(`… ${this.#line(step)}\n`)
    }, this.#live ? 100 : 5_000)
    this.#clear()
    this.#draw()
  }

  #end(step: Step, mark: string, result: string): void {
    this.#under.splice(this.#under.indexOf(step), 1)
    if (this.#under.length === 0) { clearInterval(this.#timer); this.#timer = undefined }
    this.note(`${mark} ${step.name.padEnd(width)} ${seconds(step.began).padStart(7)}   ${result}`.trimEnd())
  }

  #line(step: Step): string { return `${step.name.padEnd(width)} ${seconds(step.began).padStart(7)}   ${step.doing}`.trimEnd() }

  #draw(): void {
    if (!this.#live) return
    const mark = frames[this.#frame++ % frames.length]
    for (const step of this.#under) this.#out.write(`${mark} ${this.#line(step)}`.slice(0, this.#out.columns - 1) + '\n')
    this.#drawn = this.#under.length
  }

  #clear(): void {
    if (this.#drawn > 0) this.#out.write(`\x1b[${this.#drawn}A\x1b[0J`)
    this.#drawn = 0
  }
}
