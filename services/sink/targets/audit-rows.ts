import pg from 'pg'
import type { ModelTable, Column, ColumnEntry, ListTable } from './columns.ts'
import type { AuditTable, State } from './audit.ts'
import { cellTypes, type RowBytes } from './row-bytes.ts'

type Put = (row: RowBytes, value: unknown) => void
export interface SqlTable extends AuditTable { /** SQL of each cell, the table's name first. */ readonly cells: readonly string[]; readonly keys: readonly string[] }
type Each = (table: number, place: string, bytes: Buffer) => void

export const tombstones = 'hub.tombstone'
const stateColumns = [{ name: 'entity', path: null }, { name: 'effect_key', path: 'meta.effectKey' }, { name: 'version', path: 'meta.version' }, { name: 'revision', path: 'meta.revision' }]

/** The tables that a model has in a database: its own, those of its lists, and the deletes. */
export function sqlTables(model: ModelTable): SqlTable[] {
  const table = (name: string, holds: AuditTable['holds'], keys: readonly string[], columns: AuditTable['columns']): SqlTable =>
    ({ name, holds, keys, columns, cells: [`${pg.escapeLiteral(name)}::text`, ...columns.map((it) => pg.escapeIdentifier(it.name))] })
  const items = (list: ListTable, keys: readonly string[], path: string): SqlTable[] => [
    table(list.table, 'items', keys, [...['entity', ...keys].map((name) => ({ name, path: null })), ...contentOf(list, path)]),
    ...list.lists.flatMap((inner) => items(inner, ['parent_position', 'position'], `${path}${inner.from}[].`)),
  ]
  return [table(model.table, 'states', [], [...stateColumns, ...contentOf(model, '')]), ...model.lists.flatMap((list) => items(list, ['position'], `${list.from}[].`)), table(tombstones, 'deletes', [], stateColumns)]
}
const contentOf = ({ columns }: Pick<ListTable, 'columns'>, path: string) => Object.entries(columns).map(([name, { from }]) => ({ name, path: `${path}${from}` }))

/** The rows that a state comes to, table by table as `sqlTables` has them. */
export function rowsOf(model: ModelTable, row: RowBytes): (state: State, each: Each) => void {
  const put = filler(model.columns)
  let tables = 0
  const items = (list: ListTable, nested: boolean): ((scope: object, entity: string, place: readonly number[], each: Each) => void) => {
    const at = ++tables, fill = filler(list.columns), inner = nested ? [] : list.lists.map((it) => items(it, true))
    return (scope, entity, outer, each) => {
      (scope as Record<string, readonly object[]>)[list.from]!.forEach((item, position) => {
        const place = [...outer, position]
        row.begin().text(list.table)
        row.text(entity)
        for (const it of place) row.integer(it)
        fill(row, item)
        each(at, place.join('/'), row.done())
        for (const it of inner) it(item, entity, [position], each)
      })
    }
  }
  const lists = model.lists.map((list) => items(list, false)), deletes = tables + 1
  return (state, each) => {
    const { entity, effectKey, version, revision, content } = state
    row.begin().text(content === null ? tombstones : model.table)
    row.text(entity)
    row.text(effectKey)
    row.bigint(version)
    row.integer(revision)
    if (content !== null) put(row, content)
    each(content === null ? deletes : 0, '', row.done())
    if (content !== null) for (const it of lists) it(content, entity, [], each)
  }
}

function filler(columns: Readonly<Record<string, ColumnEntry>>): Put {
  const cells = Object.values(columns).map(({ from, get }) => ({ path: from.split('.'), put: putOf(get) }))
  return (row, scope) => {
    for (const { path, put } of cells) {
      let value = scope
      for (const step of path) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step]
      put(row, value)
    }
  }
}

/** How a value of a column becomes a cell, told by the column's SQL type alone. */
function putOf(column: Column): Put {
  const { type, put } = kinds[column.sql] ?? unknown(column.sql)
  const get = 'get' in column ? column.get as (value: unknown) => unknown : null, fields = 'fields' in column ? column.fields as Fields : null
  return (row, given) => {
    const value = get === null ? given : get(given)
    if (value === null || value === undefined) row.null(type)
    else put(row, fields === null ? value : jsonOf(value as readonly object[], fields))
  }
}
const kinds: Readonly<Record<string, { readonly type: number; readonly put: Put }>> = {
  text: { type: cellTypes.text, put: (row, value) => { row.text(value as string) } },
  boolean: { type: cellTypes.boolean, put: (row, value) => { row.boolean(value as boolean) } },
  integer: { type: cellTypes.integer, put: (row, value) => { row.integer(value as number) } },
  bigint: { type: cellTypes.bigint, put: (row, value) => { row.bigint(value as number) } },
  'text[]': { type: cellTypes.textList, put: (row, value) => { row.textList(value as readonly string[]) } },
  'numeric(38,9)': { type: cellTypes.numeric, put: (row, value) => { row.numeric(value as string) } },
  timestamptz: { type: cellTypes.timestamp, put: (row, value) => { row.timestamp(value as number) } },
  jsonb: { type: cellTypes.json, put: (row, value) => { row.json(value as string) } },
}
function unknown(sql: string): never { throw new Error(`no audit knows the type ${sql}`) }

type Fields = Readonly<Record<string, { readonly from: string; readonly get: Column }>>
/** As `jsonb` writes itself: shorter names first, a space behind colon and comma, numbers as they were given. */
function jsonOf(items: readonly object[], fields: Fields): string {
  const names = Object.keys(fields).sort((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b) || Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const value = (it: unknown, sql: string): string => (it === null || it === undefined ? 'null' : Array.isArray(it) ? `[${it.map((one) => JSON.stringify(one)).join(', ')}]` : sql === 'text' ? JSON.stringify(it) : `${it as string | number | boolean}`)
  return `[${items.map((item) => `{${names.map((name) => { const { from, get } = fields[name]!; return `${JSON.stringify(name)}: ${value((item as Record<string, unknown>)[from], get.sql)}` }).join(', ')}}`).join(', ')}]`
}
