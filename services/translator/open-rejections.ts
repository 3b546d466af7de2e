import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import type { Output } from '../runtime/kafka/output.ts'
import { Environment } from '../runtime/failure.ts'

/** A refused record that still waits for somebody. Its bytes lie in the rejected topic. */
export interface OpenRejection { readonly attempt: number; readonly code: string }

/** Coordinates only, but each lease holds its own in memory. */
export const mostOpen = 50_000
const prefix = 'open/'

/**
 * The rejections of one partition that are open: part of the lease's state, so that they change in the transaction that refuses or accepts the record.
 * Invariant 14: a redriven record is taken only while its rejection is open here, whoever sends it how often.
 */
export class OpenRejections {
  readonly #state: LeaseState
  readonly #output: Output
  #count: number
  constructor(state: LeaseState, output: Output) {
    this.#state = state
    this.#output = output
    this.#count = state.countUnder(prefix)
  }

  get(rejection: string): OpenRejection | undefined {
    const key = prefix + rejection
    return (this.#output.stateChanges.has(key) ? this.#output.stateChanges.get(key) : this.#state.get(key)) as OpenRejection | undefined
  }

  open(rejection: string, it: OpenRejection): void {
    if (this.get(rejection) === undefined && ++this.#count > mostOpen) {
      throw new Environment('unit.too_many_open', `${mostOpen} rejections of this partition are open: nothing more is read until some are redriven or discarded`)
    }
    this.#output.state(prefix + rejection, it)
  }

  close(rejection: string): void {
    this.#count--
    this.#output.state(prefix + rejection, undefined)
  }
}
