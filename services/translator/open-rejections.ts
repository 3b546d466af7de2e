import type { ModelName } from '../../canonical/models.generated.ts'
import { Environment } from '../runtime/failure.ts'
import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import type { Output } from '../runtime/kafka/output.ts'
import { mostOpen } from '../runtime/redrive.ts'

/** A refused record that still waits for somebody. Its bytes lie in the rejected topic. `states`: what it would have been; it is closed when newer ones have passed them all. */
export interface OpenRejection { readonly attempt: number; readonly code: string; readonly states?: readonly (readonly [model: ModelName, entity: string, version: number])[] }

const prefix = 'open/'
/** By model and entity: a lease looks there for each record that goes through. */
const indexes = new WeakMap<LeaseState, Map<string, Set<string>>>()

/**
 * The rejections of one partition that are open: part of the lease's state, so that they change in the transaction that refuses or accepts the record.
 * Invariant 14: a redriven record is taken only while its rejection is open here, whoever sends it how often.
 */
export class OpenRejections {
  readonly #state: LeaseState
  readonly #output: Output
  readonly #index: Map<string, Set<string>>
  #count: number
  constructor(state: LeaseState, output: Output) {
    this.#state = state
    this.#output = output
    this.#count = state.countUnder(prefix)
    let index = indexes.get(state)
    if (index === undefined) {
      // What a chunk adds here and then fails to commit is gone with the lease, whose state is loaded anew.
      indexes.set(state, index = new Map())
      for (const [key, it] of state.entriesUnder(prefix)) for (const [model, entity] of (it as OpenRejection).states ?? []) note(index, model, entity, key.slice(prefix.length))
    }
    this.#index = index
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
    for (const [model, entity] of it.states ?? []) note(this.#index, model, entity, rejection)
  }

  close(rejection: string): void {
    for (const [model, entity] of this.get(rejection)?.states ?? []) {
      const place = `${model} ${entity}`, those = this.#index.get(place)
      those?.delete(rejection)
      if (those?.size === 0) this.#index.delete(place)
    }
    this.#count--
    this.#output.state(prefix + rejection, undefined)
  }

  /** A state went through: answers the rejections that nobody needs any more, and closes them. Of equal versions the later record is the newer. */
  passed(model: ModelName, entity: string, version: number, offset: number): readonly { readonly rejection: string; readonly it: OpenRejection }[] {
    const those = this.#index.get(`${model} ${entity}`)
    if (those === undefined) return []
    const closed: { rejection: string; it: OpenRejection }[] = []
    for (const rejection of Array.from(those)) {
      const it = this.get(rejection)!, left = it.states!.filter((state) => state[0] !== model || state[1] !== entity || state[2] > version || (state[2] === version && offsetOf(rejection) >= offset))
      if (left.length === it.states!.length) continue
      if (left.length === 0) { this.close(rejection); closed.push({ rejection, it }) } else {
        this.close(rejection)
        this.open(rejection, { ...it, states: left })
      }
    }
    return closed
  }
}

function note(index: Map<string, Set<string>>, model: string, entity: string, rejection: string): void {
  const place = `${model} ${entity}`, those = index.get(place)
  if (those) those.add(rejection)
  else index.set(place, new Set([rejection]))
}

/** See rejectionId. */
export const offsetOf = (rejection: string): number => Number(rejection.split('/').at(-2))
