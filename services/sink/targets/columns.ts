import type { Decimal } from '../../../canonical/decimal.ts'
import type { At, Path } from '../../../canonical/mapping.ts'
import type { Micros } from '../../../canonical/micros.ts'
import type { ModelName, Models } from '../../../canonical/models.generated.ts'
import type { Kind } from '../../../canonical/skim.ts'
import type { CopyRows } from './copy-rows.ts'

/** What a column holds: its SQL type, how a value gets into a row on its way, and how it stands inside of a `jsonList`. */
export interface Column<V = never> {
  readonly sql: string
  readonly nullable: boolean
  readonly put: (row: CopyRows, value: V) => void
  readonly json: (value: V) => string
  /** The same as `put`, straight from the bytes of a field of this kind, for those that need not become values on the way. */
  readonly raw: { readonly of: Kind; readonly put: (row: CopyRows, bytes: Buffer, place: number) => void } | null
}
const column = <V>(sql: string, put: (row: CopyRows, value: V) => void, json: (value: V) => string = JSON.stringify, raw: Column<V>['raw'] = null): Column<V> => ({ sql, nullable: false, put, json, raw })

export const text = column<string>('text', (row, value) => row.text(value), JSON.stringify, { of: 'string', put: (row, bytes, place) => row.avroText(bytes, place) })
export const boolean = column<boolean>('boolean', (row, value) => row.boolean(value))
export const integer = column<number>('integer', (row, value) => row.integer(value))
export const whole = column<number>('bigint', (row, value) => row.bigint(value))
export const textList = column<readonly string[]>('text[]', (row, value) => row.texts(value))
/** Exact: 38 digits, 9 of them after the point. */
export const numeric = column<Decimal>('numeric(38,9)', (row, value) => row.numeric(value), (value) => value, { of: 'decimal', put: (row, bytes, place) => row.avroDecimal(bytes, place) })
/** Exact to the microsecond. In JSON: whole microseconds. */
export const timestamp = column<Micros>('timestamptz', (row, value) => row.timestamp(value), String)
/** The column may be null. */
export const optional = <V>(inner: Column<V>): Column<V | null | undefined> => ({
  ...inner, nullable: true, ...('get' in inner ? { get: (value: V | null | undefined) => (value === null || value === undefined ? null : (inner.get as (value: V) => unknown)(value)) } : {}),
  put: (row, value) => { if (value === null || value === undefined) row.null(); else inner.put(row, value) },
  json: (value) => value === null || value === undefined ? 'null' : inner.json(value),
})

/** A column that holds what `get` makes of the canonical value, which refuses nothing and guesses nothing. */
export const derived = <A, V>(inner: Column<V>, get: (value: A) => V): Column<A> & { readonly get: (value: A) => V } =>
  ({ sql: inner.sql, nullable: inner.nullable, put: (row, value) => { inner.put(row, get(value)) }, json: (value) => inner.json(get(value)), raw: null, get })

type Fields = Readonly<Record<string, { readonly from: string; readonly get: Column }>>
type ItemOf<F extends Fields> = { readonly [K in keyof F as F[K]['from']]: F[K]['get'] extends Column<infer V> ? V : never }

/** A list inside, whole in one column, for who wants no table of its own for it: the named fields of each item, exact numbers as they are. */
export function jsonList<const F extends Fields>(fields: F): Column<readonly ItemOf<F>[]> & { readonly fields: F } {
  const cells = Object.entries(fields).map(([name, { from, get }], at) => ({ before: `${at === 0 ? '{' : ','}${JSON.stringify(name)}:`, from, json: get.json as (value: unknown) => string }))
  const write = (items: readonly ItemOf<F>[], piece: (json: string) => void): void => {
    piece('[')
    for (let at = 0; at < items.length; at++) {
      if (at > 0) piece(',')
      const item = items[at] as Readonly<Record<string, unknown>>
      for (const cell of cells) {
        piece(cell.before)
        piece(cell.json(item[cell.from]))
      }
      piece('}')
    }
    piece(']')
  }
  const json = (items: readonly ItemOf<F>[]): string => { const pieces: string[] = []; write(items, (it) => { pieces.push(it) }); return pieces.join('') }
  return { ...column<readonly ItemOf<F>[]>('jsonb', (row, items) => { row.jsonb((piece) => { write(items, piece) }) }, json), fields }
}

export interface ColumnEntry { readonly says: string; readonly from: string; readonly get: Column }
export interface ListTable { readonly from: string; readonly table: string; readonly says: string; readonly columns: Readonly<Record<string, ColumnEntry>>; readonly lists: readonly ListTable[] }
export interface RunningTotal { readonly table: string; readonly says: string; readonly by: readonly string[]; readonly amount: string }
export interface ModelTable extends Omit<ListTable, 'from'> {
  readonly model: ModelName
  /** A sum over all rows, kept by what each row gave before and gives now. `amount` is SQL over the row's columns. */
  readonly total: RunningTotal | null
}

type ColumnOf<S, F> = { says: string; from: F extends Path<S> ? F : Path<S>; get: Column<At<S, F>> }
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
