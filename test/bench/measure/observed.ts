import type { Round, Trace } from './figure.ts'
import { foreignBetween, snapshot, type Snapshot, warmUp, type Watched } from './drain.ts'

/** What programs use while something goes on that has no end of its own. */
export class Observed {
  readonly #watched: Watched
  readonly #snapshots: Snapshot[] = []
  readonly #timer: NodeJS.Timeout

  constructor(watched: Watched, everyMs = 1_000) {
    this.#watched = watched
    this.#look()
    this.#timer = setInterval(() => { this.#look() }, everyMs)
  }

  stop(records: number): Round & { readonly trace: Trace } {
    clearInterval(this.#timer)
    this.#look()
    const first = this.#snapshots[0]!, last = this.#snapshots.at(-1)!
    const perMillion = (part: keyof Watched) => (last.cpu[part] - first.cpu[part]) / Math.max(records, 1) * 1e6
    return {
      foreignCores: foreignBetween(first, last),
      values: {
        program_cpu_s_per_million: perMillion('program'), broker_cpu_s_per_million: perMillion('broker'), database_cpu_s_per_million: perMillion('database'),
        rss_peak_mb: Math.max(...this.#snapshots.map((it) => it.peakRssMb)), rss_end_mb: last.rssMb,
        // After the warm-up, memory should stay as it is.
        rss_growth_mb: last.rssMb - this.#snapshots[Math.floor(this.#snapshots.length * warmUp)]!.rssMb,
      },
      trace: { rss_mb: this.#snapshots.map((it) => [(it.at - first.at) / 1000, it.rssMb]) },
    }
  }

  #look(): void { this.#snapshots.push(snapshot(0, this.#watched)) }
}
