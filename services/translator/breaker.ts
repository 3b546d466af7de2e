import { isApproved } from '../runtime/approval.ts'
import { Environment } from '../runtime/failure.ts'
import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import type { Output } from '../runtime/kafka/output.ts'

/** Since when a partition is held back, and for what. Part of the lease's state, so it outlives the process. */
export interface Open { readonly since: number; readonly refused: number; readonly of: number }
export interface BreakerSettings {
  /** Share of refused records above which the partition pauses. */
  readonly limit: number
  readonly resumes: 'by-itself' | 'on-approval'
  /** When a person last let the unit go on, in milliseconds; -Infinity: never. */
  readonly approvedAt: () => number
}

/** Below this a share says nothing. */
const atLeast = 100
const window = 1_000
const key = 'breaker'

/**
 * Guards against floods: too large a share of refused records among the last thousand means that the source or the mapping has changed, not that so many
 * records are bad. The chunk that shows it is still written; after it nothing is, until a chunk would go through well enough or a person approves.
 */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #last = new Uint8Array(window)
  #seen = 0
  #refused = 0
  constructor(settings: BreakerSettings) { this.#settings = settings }

  /** Whether the record counts here: what a person let through does not. */
  counts(timestamp: number): boolean { return !isApproved(timestamp, this.#settings.approvedAt()) }

  /** Judges a chunk by those of its records that count, in their order (1: refused). Answers what it found when it opens here; throws where it is open and stays so. */
  judge(refusals: readonly number[], state: LeaseState, output: Output): Open | null {
    const open = state.get(key) as Open | undefined
    if (open !== undefined) {
      this.#probe(open, refusals)
      output.state(key, undefined)
      return null
    }
    for (const refused of refusals) this.#push(refused)
    const of = Math.min(this.#seen, window)
    if (of < atLeast || this.#refused <= of * this.#settings.limit) return null
    const found = { since: Date.now(), refused: this.#refused, of }
    output.state(key, found)
    return found
  }

  #probe(open: Open, refusals: readonly number[]): void {
    const { limit, resumes, approvedAt } = this.#settings, refused = refusals.reduce((sum, it) => sum + it, 0)
    const waits = resumes === 'on-approval' && approvedAt() < open.since
    if (!waits && refused <= refusals.length * limit) return
    const next = waits ? 'It goes on when a person approves (hub resume).' : `Of the next ${refusals.length} it would be ${refused}; they wait. It goes on by itself when they would go through, or when a person lets them be refused (hub resume).`
    throw new Environment('unit.too_many_refused', `${open.refused} of the last ${open.of} records were refused, more than ${limit * 100} %. ${next}`)
  }

  #push(refused: number): void {
    const at = this.#seen++ % window
    this.#refused += refused - this.#last[at]!
    this.#last[at] = refused
  }
}
