import type { PoolClient } from 'pg'
import type { ModelTable } from '../columns.ts'
import { applied, duplicate, stale } from '../state-order.ts'
import type { Delivery, Verdict } from '../target.ts'
import type { Guard } from './guard.ts'
import { statementsOf, type Statements } from './statements.ts'
import { childRows, childTables, guardRow, parentRow, type Row } from './tables.ts'

/** What a row gives to a running total, or takes back: the columns it is kept by, and the amount as text. */
export interface Change { readonly by: readonly (string | null)[]; readonly amount: string; readonly movements: 1 | -1 }
export interface Written { readonly verdicts: readonly Verdict[]; readonly changes: readonly Change[] }

interface Answer { n: number; held: boolean; verdict: 'applied' | 'duplicate' | 'conflict' | 'stale'; gives: (string | null)[] | null; gave: (string | null)[] | null }

/** Writes states of one model, set by set. */
export class Writer {
  readonly #statements: Statements
  readonly #target: string
  readonly #row: (delivery: Delivery) => Row
  readonly #children: (delivery: Delivery, into: readonly Row[][]) => void
  readonly #childTables: number
  constructor(target: string, model: ModelTable, guard: Guard) {
    this.#target = target
    this.#statements = statementsOf(model, guard)
    this.#row = parentRow(model)
    this.#children = childRows(model)
    this.#childTables = childTables(model).length
  }

  /** States of different entities, in the order of their keys, so that no two transactions wait for each other in a circle. */
  async write(client: PoolClient, states: readonly Delivery[]): Promise<Written> {
    const verdicts = new Array<Verdict>(states.length)
    const changes: Change[] = []
    const order = states.map((_, at) => at).sort((a, b) => (states[a]!.meta.entity < states[b]!.meta.entity ? -1 : 1))
    const puts = order.filter((at) => states[at]!.content !== null), removes = order.filter((at) => states[at]!.content === null)
    for (const [places, statement, row] of [[puts, this.#statements.put, this.#row], [removes, this.#statements.remove, guardRow]] as const) {
      if (places.length === 0) continue
      const json = JSON.stringify(places.map((at) => { const it = row(states[at]!); it['n'] = at; return it }))
      const { rows } = await client.query<Answer>({ ...statement, values: [json, this.#target] })
      for (const { n, verdict, gives, gave } of rows) {
        verdicts[n] = verdict === 'applied' ? applied : verdict === 'duplicate' ? duplicate : stale(verdict === 'conflict')
        if (gives !== null) changes.push(...change(gives, 1))
        if (gave !== null) changes.push(...change(gave, -1))
      }
      if (row === this.#row) await this.#replaceChildren(client, states, rows.filter((it) => it.verdict === 'applied'))
    }
    return { verdicts, changes }
  }

  /** All changes of a transaction at once and sorted: partitions share these rows. */
  async addTotals(client: PoolClient, changes: readonly Change[]): Promise<void> {
    if (this.#statements.addTotals === null || changes.length === 0) return
    const rows = changes.map(({ by, amount, movements }) => ({ ...Object.fromEntries(by.map((value, at) => [`c${at}`, value])), amount, movements }))
    await client.query({ ...this.#statements.addTotals, values: [JSON.stringify(rows)] })
  }

  async #replaceChildren(client: PoolClient, states: readonly Delivery[], won: readonly Answer[]): Promise<void> {
    const { clearChildren, putChildren } = this.#statements
    if (clearChildren === null || putChildren === null) return
    const before = won.filter((it) => it.held).map((it) => states[it.n]!.meta.entity)
    if (before.length > 0) await client.query({ ...clearChildren, values: [before] })
    const into = Array.from({ length: this.#childTables }, (): Row[] => [])
    for (const { n } of won) this.#children(states[n]!, into)
    if (into.some((rows) => rows.length > 0)) await client.query({ ...putChildren, values: into.map((rows) => JSON.stringify(rows)) })
  }
}

/** Nothing is recorded for a row that gives nothing. */
function change(given: readonly (string | null)[], sign: 1 | -1): Change[] {
  const amount = given.at(-1)!
  if (Number(amount) === 0) return []
  return [{ by: given.slice(0, -1), amount: sign === 1 ? amount : amount.startsWith('-') ? amount.slice(1) : `-${amount}`, movements: sign }]
}
