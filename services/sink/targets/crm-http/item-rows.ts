import type { AuditTable, ModelAudit, State } from '../audit.ts'
import { cellTypes, type RowBytes } from '../row-bytes.ts'
import type { ListField, Resource } from './resources.ts'

type Each = Parameters<ModelAudit['rowsOf']>[1]
type Fields = Resource['columns']

/** What answers to tables: the collection, and each list in its items. */
export const itemTables = ({ collection, columns, lists }: Resource): AuditTable[] => [
  { name: collection, holds: 'states', columns: [{ name: 'id', path: null }, ...columnsOf(columns, '')] },
  ...lists.map((list): AuditTable => ({ name: `${collection} ${list.from}`, holds: 'items', columns: [{ name: 'id', path: null }, ...columnsOf(list.columns, `${list.from}[].`)] })),
]
const columnsOf = (fields: Fields, path: string) => Object.entries(fields).map(([name, { from }]) => ({ name, path: `${path}${from}` }))

/** What an item should hold: the table of the mapping, field by field. A deleted entity has no item. */
export function wantedRows(resource: Resource, row: RowBytes): (state: State, each: Each) => void {
  const valueOf = (scope: unknown, name: string, fields: Fields): unknown => fields[name]!.get(along(scope, fields[name]!.from) as never)
  const make = rows(resource, row, valueOf, (scope, { from }) => along(scope, from))
  return ({ entity, content }, each) => { if (content !== null) make(entity, content, each) }
}

/** What an item holds, of all that the API answers only what the mapping names. */
export function heldRows(resource: Resource, row: RowBytes): (item: { readonly id: string }, each: Each) => void {
  const make = rows(resource, row, (scope, name) => (scope as Readonly<Record<string, unknown>> | null)?.[name], (scope, { from }) => (scope as Readonly<Record<string, unknown>>)[from])
  return (item, each) => { make(item.id, item, each) }
}

function rows({ collection, columns, lists }: Resource, row: RowBytes, valueOf: (scope: unknown, name: string, fields: Fields) => unknown, listOf: (scope: unknown, list: ListField) => unknown) {
  const one = (table: string, entity: string, scope: unknown, fields: Fields): Buffer => {
    row.begin().text(table)
    row.text(entity)
    for (const name of Object.keys(fields)) {
      const value = valueOf(scope, name, fields)
      if (value === undefined) row.null(cellTypes.text)
      else row.text(JSON.stringify(value))
    }
    return row.done()
  }
  return (entity: string, scope: unknown, each: Each): void => {
    each(0, '', one(collection, entity, scope, columns))
    lists.forEach((list, at) => {
      const items = listOf(scope, list)
      if (Array.isArray(items)) items.forEach((item: unknown, position) => { each(at + 1, `${position}`, one(`${collection} ${list.from}`, entity, item, list.columns)) })
    })
  }
}

function along(scope: unknown, path: string): unknown {
  let value = scope
  for (const step of path.split('.')) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[step]
  return value
}
