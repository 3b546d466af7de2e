import type { PoolClient } from 'pg'
import type { ModelTable } from '../columns.ts'
import { copyInto } from '../copy-into.ts'
import type { CopyRows } from '../copy-rows.ts'
import { applied, compareStates, duplicate, stale } from '../state-order.ts'
import type { Delivery, Verdict } from '../target.ts'
import type { Guard } from './guard.ts'
import { statementsOf, type Statements, type Won } from './statements.ts'
import { guardOf, parentRow } from './tables.ts'

interface Held { entity: string; effect_key: string; version: string; revision: number; origin_topic: string; origin_partition: number; origin_offset: string }
const lastSet = 2 ** 31 - 1

/** Writes states of one model, set by set. */
export class Writer {
  readonly #statements: Statements
  readonly #target: string
  readonly #row: (rows: CopyRows, delivery: Delivery) => void
  readonly #prepared = new WeakSet<PoolClient>()
  #set = 0
  readonly #compare: typeof compareStates
  constructor(target: string, model: ModelTable, guard: Guard, compare = compareStates) {
    this.#target = target
    this.#compare = compare
    this.#statements = statementsOf(model, guard)
    this.#row = parentRow(model)
  }

  /** Inside of the transaction. Once that is committed, `isPrepared` spares the next one the same. */
  async prepare(client: PoolClient): Promise<void> { if (!this.#prepared.has(client)) await client.query(this.#statements.prepare) }
  isPrepared(client: PoolClient): void { this.#prepared.add(client) }

  /** States of different entities, in the order of their keys, so that no two transactions wait for each other in a circle. */
  async write(client: PoolClient, states: readonly Delivery[]): Promise<readonly Verdict[]> {
    const sorted = states.toSorted((a, b) => (a.meta.entity < b.meta.entity ? -1 : 1)), lost = new Map<string, Verdict>()
    await this.#put(client, sorted.filter((it) => it.content !== null), lost)
    await this.#remove(client, sorted.filter((it) => it.content === null), lost)
    return states.map((it) => lost.get(it.meta.entity) ?? applied)
  }

  /** Of states that are not written: what they lose to; null where they would win. */
  async outdated(client: Pick<PoolClient, 'query'>, states: readonly Delivery[]): Promise<readonly (Verdict | null)[]> {
    // No text of this database takes a NUL, so that nothing is held of such an entity.
    const held = await this.#held(client, states.map(({ meta }) => meta.entity).filter((entity) => !entity.includes('\0')))
    return states.map(({ meta }) => { const it = held.get(meta.entity); return it === undefined ? null : this.#over(meta, it) })
  }

  /** All changes of a transaction at once. */
  async addTotals(client: PoolClient): Promise<void> {
    if (this.#statements.addTotals !== null) await client.query(this.#statements.addTotals)
  }

  async #put(client: PoolClient, states: readonly Delivery[], lost: Map<string, Verdict>): Promise<void> {
    if (states.length === 0) return
    const set = this.#set = this.#set === lastSet ? 0 : this.#set + 1, { stage, put } = this.#statements
    await copyInto(client, stage.place, stage.columns, (rows) => {
      for (let at = 0; at < states.length; at++) {
        rows.row()
        rows.integer(set)
        this.#row(rows, states[at]!)
      }
    })
    const { rows: [won] } = await client.query<Won>({ ...put, values: [this.#target, set, states.length] })
    const winners = await this.#winners(client, states, won!, lost)
    await this.#replaceChildren(client, winners, won!.replaced)
  }

  async #remove(client: PoolClient, states: readonly Delivery[], lost: Map<string, Verdict>): Promise<void> {
    if (states.length === 0) return
    const json = JSON.stringify(states.map(guardOf))
    const { rows: [won] } = await client.query<Won>({ ...this.#statements.remove, values: [this.#target, json, states.length] })
    await this.#winners(client, states, won!, lost)
  }

  /** The states that were written; why the others were not goes into `lost`. */
  async #winners(client: PoolClient, states: readonly Delivery[], { won, winners }: Won, lost: Map<string, Verdict>): Promise<readonly Delivery[]> {
    if (won === states.length) return states
    const those = new Set(winners?.split('\n')), others = states.filter((it) => !those.has(it.meta.entity))
    const held = await this.#held(client, others.map((it) => it.meta.entity))
    for (const { meta } of others) {
      const it = held.get(meta.entity), verdict = it && this.#over(meta, it)
      if (!verdict) throw new Error('a state was not written, and none is held that it could have lost to')
      lost.set(meta.entity, verdict)
    }
    return states.filter((it) => those.has(it.meta.entity))
  }

  async #held(client: Pick<PoolClient, 'query'>, entities: readonly string[]): Promise<ReadonlyMap<string, Held>> {
    const { rows } = await client.query<Held>({ ...this.#statements.held, values: [this.#target, entities] })
    return new Map(rows.map((it) => [it.entity, it]))
  }

  async #replaceChildren(client: PoolClient, states: readonly Delivery[], replaced: string | null): Promise<void> {
    const { clearChildren, children } = this.#statements
    // A repair also finds the children of a row that somebody has deleted.
    const left = new Set([...(replaced?.split('\n') ?? []), ...states.filter(({ meta }) => meta.revision > 0).map(({ meta }) => meta.entity)])
    if (clearChildren !== null && left.size > 0) await client.query({ ...clearChildren, values: [[...left]] })
    for (const { place, columns, fill } of children) await copyInto(client, place, columns, (rows) => { for (const it of states) fill(rows, it) })
  }

  #over(meta: Delivery['meta'], it: Held): Verdict | null {
    const order = this.#compare(meta, {
      ...meta, effectKey: it.effect_key, version: Number(it.version), revision: it.revision, origin: { topic: it.origin_topic, partition: it.origin_partition, offset: Number(it.origin_offset) },
    })
    return order === 'newer' ? null : order === 'same' ? duplicate : stale(order === 'conflict')
  }
}
