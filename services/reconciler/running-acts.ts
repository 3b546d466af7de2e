import type { Ledger } from '../runtime/ledger/ledger.ts'

const goodForMs = 900

/** Which acts have commands that are under way. Nearly always there are none, so it is asked once for everybody who works on them. */
export class RunningActs {
  readonly #ledger: Ledger
  #until = 0
  #acts: Promise<ReadonlySet<string>> = Promise.resolve(new Set())
  constructor(ledger: Ledger) { this.#ledger = ledger }

  async any(acts: readonly string[]): Promise<boolean> {
    if (performance.now() >= this.#until) {
      this.#until = performance.now() + goodForMs
      this.#acts = this.#ledger.command.findMany({ where: { status: 'running' }, distinct: ['act'], select: { act: true } }).then((these) => new Set(these.map(({ act }) => act)))
      // Whoever asks next asks the ledger.
      this.#acts.catch(() => { this.#until = 0 })
    }
    const running = await this.#acts
    return acts.some((act) => running.has(act))
  }
}
