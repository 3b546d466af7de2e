import type { ModelName } from '../../canonical/models.generated.ts'
import type { Place } from '../runtime/as-it-came.ts'
import { Environment } from '../runtime/failure.ts'
import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import type { Output } from '../runtime/kafka/output.ts'
import { mostOpen } from '../runtime/redrive.ts'
import { waits } from '../runtime/waits.ts'
import { Lines, type Standing } from './lines.ts'
import { rejectionId } from './rejection.ts'

/**
 * A refused record that still waits for somebody, or one that waits behind it. Its bytes lie in the rejected topic. `states`: what it would have been, all of
 * state models; it is closed when newer ones have passed them all. `standing`: of strict models, where it stands in order.
 */
export interface OpenRejection { readonly attempt: number; readonly code: string; readonly states?: readonly (readonly [model: ModelName, entity: string, version: number])[]; readonly standing?: Standing }

const prefix = 'open/'
/** By model and entity: a lease looks there for each record that goes through. */
interface Index { readonly states: Map<string, Set<string>>; readonly lines: Lines; readonly gone: Set<number> }
const indexes = new WeakMap<LeaseState, Index>()

/**
 * The rejections of one partition that are open: part of the lease's state, so that they change in the transaction that refuses or accepts the record.
 * Invariant 14: a redriven record is taken only while its rejection is open here, whoever sends it how often.
 */
export class OpenRejections {
  readonly #state: LeaseState
  readonly #output: Output
  readonly #of: Place
  readonly #index: Index
  /** Lines that somebody has left. */
  readonly #freed = new Set<string>()
  #count: number
  constructor(state: LeaseState, output: Output, of: Place) {
    this.#state = state
    this.#output = output
    this.#of = of
    this.#count = state.countUnder(prefix)
    let index = indexes.get(state)
    if (index === undefined) {
      // What a chunk adds here and then fails to commit is gone with the lease, whose state is loaded anew.
      indexes.set(state, index = { states: new Map(), lines: new Lines(), gone: new Set() })
      for (const [key, it] of state.entriesUnder(prefix)) note(index, key.slice(prefix.length), it as OpenRejection)
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
    note(this.#index, rejection, it)
  }

  close(rejection: string): void {
    const { states = [], standing } = this.get(rejection) ?? {}, index = this.#index
    for (const [model, entity] of states) {
      const place = `${model} ${entity}`, those = index.states.get(place)
      those?.delete(rejection)
      if (those?.size === 0) index.states.delete(place)
    }
    if (standing !== undefined) {
      index.lines.remove(offsetOf(rejection), standing)
      index.gone.delete(offsetOf(rejection))
      for (const line of index.lines.freedBy(standing)) this.#freed.add(line)
    }
    this.#count--
    this.#output.state(prefix + rejection, undefined)
  }

  /** A state went through: answers the rejections that nobody needs any more, and closes them. Of equal versions the later record is the newer. */
  passed(model: ModelName, entity: string, version: number, offset: number): readonly { readonly rejection: string; readonly it: OpenRejection }[] {
    const those = this.#index.states.get(`${model} ${entity}`)
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

  /** Whether nothing of strict models is open: then nobody's place has to be known. */
  get nobodyWaits(): boolean { return this.#index.lines.isEmpty }
  /** Invariant 4: whether a record of this offset has to wait for an earlier one. */
  holds(offset: number, standing: Standing | null | undefined): boolean { return standing !== null && standing !== undefined && this.#index.lines.holds(offset, standing) }

  /** The parked records of this line that nothing is in the way of any more: of an entity the first, of a key any. */
  *next(line: string): Generator<number> {
    for (const offset of this.#index.lines.of(line)) {
      if (this.isFree(offset)) yield offset
      if (!Lines.isOfKey(line)) return
    }
  }
  /** Parked, and nothing is in its way any more. */
  isFree(offset: number): boolean {
    const it = this.get(rejectionId(this.#of, offset))
    return it?.code === waits.code && !this.#index.gone.has(offset) && !this.holds(offset, it.standing)
  }
  first(line: string): number | null { for (const offset of this.next(line)) return offset; return null }
  /** Those that may go next, so many at most: the free ones, and of an entity those that follow. */
  waiting(line: string, most: number): readonly number[] {
    if (most <= 0 || this.first(line) === null) return []
    const parked: number[] = []
    for (const offset of Lines.isOfKey(line) ? this.next(line) : this.#index.lines.of(line)) {
      if (parked.length === most || this.get(rejectionId(this.#of, offset))!.code !== waits.code) break
      parked.push(offset)
    }
    return parked
  }
  /** Its topic no longer holds it: it keeps its place, and this owner does not look for it again. */
  gone(offset: number): void { this.#index.gone.add(offset) }
  /** Lines that may go on, of those that somebody has left. */
  freed(): string[] { return [...this.#freed].filter((line) => this.first(line) !== null) }
  free(line: string): void { this.#freed.add(line) }
}

function note({ states, lines }: Index, rejection: string, it: OpenRejection): void {
  if (it.standing !== undefined) lines.add(offsetOf(rejection), it.standing)
  for (const [model, entity] of it.states ?? []) {
    const place = `${model} ${entity}`, those = states.get(place)
    if (those) those.add(rejection)
    else states.set(place, new Set([rejection]))
  }
}

/** See rejectionId. */
export const offsetOf = (rejection: string): number => Number(rejection.split('/').at(-2))
