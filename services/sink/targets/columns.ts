import type { Decimal } from '../../../canonical/decimal.ts'
import type { At, Path } from '../../../canonical/mapping.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { ModelName, Models } from '../../../canonical/models.generated.ts'

/** What a column holds: its SQL type, how the value is sent (`wire`: the type in JSON, `read`: SQL that makes the column's value of it), and how it stands inside of a `jsonList`. */
export interface Column<A extends unknown[] = never[]> {
  (...values: A): unknown
  readonly sql: string
  readonly nullable: boolean
  readonly wire: string
  readonly read: (value: string) => string
  readonly json: (...values: A) => string
}
const column = <V>(sql: string, json: (value: V) => string = JSON.stringify, wire = sql, read = (value: string) => value): Column<[V]> => Object.assign((value: V) => value, { sql, nullable: false, wire, read, json })

export const text = column<string>('text')
export const boolean = column<boolean>('boolean')
export const whole = column<number>('bigint')
export const textList = column<readonly string[]>('text[]')
/** Exact: 38 digits, 9 of them after the point. */
export const numeric = column<Decimal>('numeric(38,9)', (value) => value, 'numeric')
/** Exact to the microsecond: whole microseconds are multiplied, never a fraction of seconds. In JSON: whole microseconds. */
export const timestamp = column<Micros>('timestamptz', String, 'bigint', (value) => `timestamptz 'epoch' + ${value} * interval '1 microsecond'`)
/** The column may be null. */
export const optional = <V>(inner: Column<[V]>): Column<[V | null | undefined]> =>
  Object.assign((value: V | null | undefined) => value === null || value === undefined ? null : inner(value),
    { sql: inner.sql, nullable: true, wire: inner.wire, read: inner.read, json: (value: V | null | undefined) => value === null || value === undefined ? 'null' : inner.json(value) })

/** A list inside, whole in one column, for who wants no table of its own for it: the named fields of each item, exact numbers as they are. */
export function jsonList<const F extends Readonly<Record<string, { readonly from: string; readonly get: Column<never> }>>>(fields: F): Column<[readonly ItemOf<F>[]]> {
  const cells = Object.entries(fields).map(([name, { from, get }], at) => ({ before: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`, from, json: get.json as (value: unknown) => string }))
  const json = (items: readonly ItemOf<F>[]): string => {
    let text = '['
    for (let at = 0; at < items.length; at++) {
      if (at > 0) text += ','
      const item = items[at] as Readonly<Record<string, unknown>>
      for (const cell of cells) text += cell.before + cell.json(item[cell.from])
      text += '}'
    }
    return `${text}]`
  }
  return Object.assign(json, { sql: 'jsonb', nullable: false, wire: 'text', read: (value: string) => `${value}::jsonb`, json })
}
type ItemOf<F extends Readonly<Record<string, { readonly from: string; readonly get: Column<never> }>>> = { readonly [K in keyof F as F[K]['from']]: Parameters<F[K]['get']>[0] }

export interface ColumnEntry { readonly says: string; readonly from: string; readonly get: Column }
export interface ListTable { readonly from: string; readonly table: string; readonly says: string; readonly columns: Readonly<Record<string, ColumnEntry>>; readonly lists: readonly ListTable[] }
export interface RunningTotal { readonly table: string; readonly says: string; readonly by: readonly string[]; readonly amount: string }
export interface ModelTable extends Omit<ListTable, 'from'> {
  readonly model: ModelName
  /** A sum over all rows, kept by what each row gave before and gives now. `amount` is SQL over the row's columns. */
  readonly total: RunningTotal | null
}

type ColumnOf<S, F> = { says: string; from: F extends Path<S> ? F : Path<S>; get: Column<[At<S, F>]> }
type Columns<S, F> = { [K in keyof F]: ColumnOf<S, F[K]> }
type Item<L> = NonNullable<L> extends readonly (infer E)[] ? E : never
type ListPath<S> = { [P in Path<S>]: NonNullable<At<S, P>> extends readonly object[] ? P : never }[Path<S>]

/** The table of a model: one row for each entity, named columns from named canonical fields. */
export function modelTable<M extends ModelName, const F>(model: M, table: {
  table: string; says: string; columns: Columns<Models[M], F>; lists?: readonly ListOf<NoInfer<Models[M]>>[]; total?: RunningTotal
}): ModelTable {
  const { lists = [], total = null, ...rest } = table
  return { ...rest, model, lists, total } as unknown as ModelTable
}

declare const of: unique symbol
export interface ListOf<S> extends ListTable { readonly [of]: S }
/** The table of a list inside: one row for each item, numbered in the list's order. */
export function listTable<S, const P extends ListPath<S>, const F>(from: P, table: {
  table: string; says: string; columns: Columns<Item<At<S, P>>, F>; lists?: readonly ListOf<Item<At<S, P>>>[]
}): ListOf<S> {
  const { lists = [], ...rest } = table
  return { ...rest, from, lists } as unknown as ListOf<S>
}
