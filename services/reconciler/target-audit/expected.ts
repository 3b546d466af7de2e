import { hash64 } from '../../../canonical/key.ts'
import type { ReadState } from './read-state.ts'
import { KeyTable } from './key-table.ts'

/** Where the record lies that an entity's state comes from. */
export interface Place { readonly partition: number; readonly offset: number }
/** What a state comes to at the target: the sum over its rows, how many they are, and what it adds to the control totals. */
export interface Digest { readonly sum: bigint; readonly rows: number; readonly totals: Readonly<Record<string, bigint>> }

/**
 * What a target should hold: of each entity the newest state, by the order that the design gives to states (version, revision; of equal ones the
 * later of one origin partition). Kept as numbers in arrays, about 120 bytes an entity, however large the records are.
 */
export class Expected {
  readonly keys = new KeyTable()
  #room = 0
  #version = new Float64Array(0)
  #revision = new Int32Array(0)
  #partition = new Uint16Array(0)
  #offset = new Float64Array(0)
  #origin = new Int32Array(0)
  #originOffset = new Float64Array(0)
  #effect = new BigUint64Array(0)
  #sum = new BigUint64Array(0)
  #rows = new Uint32Array(0)
  readonly #origins = new Map<string, number>()
  /** Per total: the group and the amount of each entity. Amounts are kept modulo 2^64: sums are compared so too. */
  readonly #groups = new Map<string, number>()
  #group: Int32Array[] = []
  #amount: BigInt64Array[] = []
  /** Equal versions of different origins that say different things: any of them may be what the target holds. */
  readonly conflicts = new Map<number, Place[]>()
  records = 0

  get size(): number { return this.keys.size }
  sum(at: number): bigint { return this.#sum[at]! }
  rows(at: number): number { return this.#rows[at]! }
  version(at: number): number { return this.#version[at]! }
  place(at: number): Place { return { partition: this.#partition[at]!, offset: this.#offset[at]! } }

  /** Takes a state in, in the order of its topic. `digest` is asked only where the state counts. */
  take(state: ReadState, place: Place, digest: (state: ReadState) => Digest): void {
    this.records++
    const known = this.keys.size, at = this.keys.of(state.entity), fresh = this.keys.size > known
    if (this.keys.size > this.#room) this.#grow()
    const origin = this.#originOf(state), effect = hash64(state.effectKey)
    if (!fresh) {
      const order = this.#compare(at, state, origin, effect)
      if (order === 'conflict') this.conflicts.set(at, [...(this.conflicts.get(at) ?? [this.place(at)]), place])
      if (order !== 'newer') return
      if (state.version !== this.#version[at] || state.revision !== this.#revision[at]) this.conflicts.delete(at)
    }
    const { sum, rows, totals } = digest(state)
    this.#version[at] = state.version
    this.#revision[at] = state.revision
    this.#partition[at] = place.partition
    this.#offset[at] = place.offset
    this.#origin[at] = origin
    this.#originOffset[at] = state.origin.offset
    this.#effect[at] = effect
    this.#sum[at] = sum
    this.#rows[at] = rows
    this.#count(at, totals)
  }

  /** Control totals over all states, by their names. */
  totals(): Map<string, bigint> {
    const found = new Map<string, bigint>(), names = [...this.#groups.keys()]
    for (let slot = 0; slot < this.#group.length; slot++) {
      const groups = this.#group[slot]!, amounts = this.#amount[slot]!, sums = new Array<bigint>(names.length).fill(0n)
      for (let at = 0; at < this.size; at++) if (groups[at]! > 0) sums[groups[at]! - 1]! += amounts[at]!
      sums.forEach((it, group) => { if (it !== 0n) found.set(names[group]!, (found.get(names[group]!) ?? 0n) + it) })
    }
    return found
  }

  #compare(at: number, { version, revision, origin: { offset } }: ReadState, origin: number, effect: bigint): 'newer' | 'older' | 'same' | 'conflict' {
    if (effect === this.#effect[at]) return 'same'
    const order = version - this.#version[at]! || revision - this.#revision[at]!
    if (order !== 0) return order > 0 ? 'newer' : 'older'
    if (origin !== this.#origin[at]) return 'conflict'
    return offset > this.#originOffset[at]! ? 'newer' : 'older'
  }

  #originOf({ origin: { topic, partition } }: ReadState): number {
    const name = `${topic}/${partition}`, known = this.#origins.get(name) ?? this.#origins.size
    this.#origins.set(name, known)
    return known
  }

  #count(at: number, totals: Digest['totals']): void {
    for (const it of this.#group) it[at] = 0
    Object.entries(totals).forEach(([name, amount], slot) => {
      const group = this.#groups.get(name) ?? this.#groups.size + 1
      this.#groups.set(name, group)
      if (slot === this.#group.length) { this.#group.push(new Int32Array(this.#room)); this.#amount.push(new BigInt64Array(this.#room)) }
      this.#group[slot]![at] = group
      this.#amount[slot]![at] = amount
    })
  }

  #grow(): void {
    const room = this.#room = Math.max(1_024, Math.ceil(this.#room * 1.5))
    const larger = <T extends { set(from: T): void }>(from: T, to: T): T => { to.set(from); return to }
    this.#version = larger(this.#version, new Float64Array(room))
    this.#revision = larger(this.#revision, new Int32Array(room))
    this.#partition = larger(this.#partition, new Uint16Array(room))
    this.#offset = larger(this.#offset, new Float64Array(room))
    this.#origin = larger(this.#origin, new Int32Array(room))
    this.#originOffset = larger(this.#originOffset, new Float64Array(room))
    this.#effect = larger(this.#effect, new BigUint64Array(room))
    this.#sum = larger(this.#sum, new BigUint64Array(room))
    this.#rows = larger(this.#rows, new Uint32Array(room))
    this.#group = this.#group.map((it) => larger(it, new Int32Array(room)))
    this.#amount = this.#amount.map((it) => larger(it, new BigInt64Array(room)))
  }
}
