import { text, whole, optional, timestamp, type Column, type ListTable, type ModelTable } from '../columns.ts'
import type { Delivery } from '../target.ts'

/** A table as PostgreSQL has it. */
export interface Table {
  readonly name: string
  readonly says: string
  readonly key: readonly string[]
  readonly columns: readonly TableColumn[]
}
export interface TableColumn { readonly name: string; readonly says: string; readonly sql: string; readonly nullable: boolean; readonly wire: string; readonly read: Column['read'] }
/** One row on its way: the values by position, `c0`, `c1`, …; names would only make the text longer. */
export type Row = Record<string, unknown>

const integer: Column<[number]> = Object.assign((value: number) => value, { sql: 'integer', nullable: false, wire: 'integer', read: (value: string) => value, json: String })
const metaColumns: readonly { name: string; says: string; get: Column; of: (meta: Delivery['meta']) => unknown }[] = [
  { name: 'entity', says: 'What the row describes, as id space and id.', get: text, of: (meta) => meta.entity },
  { name: 'effect_key', says: 'The exactly-once key of the state that the row holds.', get: text, of: (meta) => meta.effectKey },
  { name: 'version', says: 'Orders the states of one entity.', get: whole, of: (meta) => meta.version },
  { name: 'revision', says: 'Raised by a repair or a re-mapping.', get: integer, of: (meta) => meta.revision },
  { name: 'origin_topic', says: 'Topic of the source record.', get: text, of: (meta) => meta.origin.topic },
  { name: 'origin_partition', says: 'Partition of the source record.', get: integer, of: (meta) => meta.origin.partition },
  { name: 'origin_offset', says: 'Offset of the source record.', get: whole, of: (meta) => meta.origin.offset },
  { name: 'source', says: 'Source that the state came from; null where a delete did not say.', get: optional(text), of: (meta) => meta.source },
  { name: 'occurred_at', says: 'When the source committed this state, as far as it says.', get: optional(timestamp), of: (meta) => meta.occurredAt },
]
const columnOf = (name: string, says: string, { sql, nullable, wire, read }: Column): TableColumn => ({ name, says, sql, nullable, wire, read })

/** The state of an entity without its content: what guards compare, and what a tombstone keeps. */
export const guardColumns = metaColumns.slice(0, 7).map(({ name, says, get }) => columnOf(name, says, get))
export function guardRow({ meta }: Delivery): Row {
  const row: Row = {}
  for (let at = 0; at < 7; at++) row[`c${at}`] = metaColumns[at]!.of(meta)
  return row
}

export function parentTable(model: ModelTable): Table {
  return { name: model.table, says: model.says, key: ['entity'], columns: [...metaColumns.map(({ name, says, get }) => columnOf(name, says, get)), ...contentColumns(model)] }
}

/** The tables of the lists inside, outermost first. */
export function childTables(model: ModelTable): Table[] {
  const walk = (list: ListTable, depth: number): Table[] => {
    const key = ['entity', ...(depth > 1 ? ['parent_position'] : []), 'position']
    const keys = key.map((name) => name === 'entity' ? columnOf(name, 'Entity of the row that this one belongs to.', text)
      : columnOf(name, name === 'position' ? 'Place in the list, from 0.' : 'Place of the item that this one belongs to.', integer))
    if (depth > 2) throw new Error(`${list.table}: lists nest two deep at most`)
    return [{ name: list.table, says: list.says, key, columns: [...keys, ...contentColumns(list)] }, ...list.lists.flatMap((it) => walk(it, depth + 1))]
  }
  return model.lists.flatMap((list) => walk(list, 1))
}
const contentColumns = (table: Pick<ListTable, 'columns'>) => Object.entries(table.columns).map(([name, { says, get }]) => columnOf(name, says, get))

/** The row of a delivery, made by what the table says. */
export function parentRow(model: ModelTable): (delivery: Delivery) => Row {
  const fill = filler(model, metaColumns.length)
  return ({ meta, content }) => {
    const row: Row = {}
    for (let at = 0; at < metaColumns.length; at++) row[`c${at}`] = metaColumns[at]!.of(meta)
    fill(row, content)
    return row
  }
}

/** The rows of all lists inside, in the order of `childTables`. */
export function childRows(model: ModelTable): (delivery: Delivery, into: readonly Row[][]) => void {
  let count = 0
  const walk = (list: ListTable, depth: number): ((entity: string, parent: number, scope: unknown, into: readonly Row[][]) => void) => {
    const at = count++, fill = filler(list, depth + 1), inner = list.lists.map((it) => walk(it, depth + 1))
    return (entity, parent, scope, into) => {
      const items = (scope as Record<string, readonly unknown[]>)[list.from]!
      for (let position = 0; position < items.length; position++) {
        const row: Row = depth > 1 ? { c0: entity, c1: parent, c2: position } : { c0: entity, c1: position }
        fill(row, items[position])
        into[at]!.push(row)
        for (const each of inner) each(entity, position, items[position], into)
      }
    }
  }
  const walks = model.lists.map((list) => walk(list, 1))
  return ({ meta, content }, into) => { for (const each of walks) each(meta.entity, 0, content, into) }
}

function filler(table: Pick<ListTable, 'columns'>, first: number): (row: Row, scope: unknown) => void {
  const cells = Object.values(table.columns).map(({ from, get }, at) => ({ name: `c${first + at}`, path: from.split('.'), get }))
  return (row, scope) => {
    for (const { name, path, get } of cells) {
      let value = scope
      for (const step of path) value = (value as Record<string, unknown> | null | undefined)?.[step]
      const cell = get(value as never)
      // What is left out is null there, and costs nothing to send and to read.
      if (cell !== null) row[name] = cell
    }
  }
}
