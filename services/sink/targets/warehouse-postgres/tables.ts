import { integer, optional, text, timestamp, whole, type Column, type ListTable, type ModelTable } from '../columns.ts'
import type { CopyRows } from '../copy-rows.ts'
import type { Delivery } from '../target.ts'

/** A table as PostgreSQL has it. */
export interface Table {
  readonly name: string
  readonly says: string
  readonly key: readonly string[]
  readonly columns: readonly TableColumn[]
}
export interface TableColumn { readonly name: string; readonly says: string; readonly sql: string; readonly nullable: boolean }
type Meta = Delivery['meta']
type Fill<S> = (rows: CopyRows, scope: S) => void

interface MetaColumn { readonly name: string; readonly says: string; readonly get: Column; readonly fill: Fill<Meta> }
const metaColumn = <V>(name: string, says: string, get: Column<V>, of: (meta: Meta) => V): MetaColumn => ({ name, says, get, fill: (rows, meta) => { get.put(rows, of(meta)) } })
const metaColumns: readonly MetaColumn[] = [
  metaColumn('entity', 'What the row describes, as id space and id.', text, (meta) => meta.entity),
  metaColumn('effect_key', 'The exactly-once key of the state that the row holds.', text, (meta) => meta.effectKey),
  metaColumn('version', 'Orders the states of one entity.', whole, (meta) => meta.version),
  metaColumn('revision', 'Raised by a repair or a re-mapping.', integer, (meta) => meta.revision),
  metaColumn('origin_topic', 'Topic of the source record.', text, (meta) => meta.origin.topic),
  metaColumn('origin_partition', 'Partition of the source record.', integer, (meta) => meta.origin.partition),
  metaColumn('origin_offset', 'Offset of the source record.', whole, (meta) => meta.origin.offset),
  metaColumn('source', 'Source that the state came from; null where a delete did not say.', optional(text), (meta) => meta.source),
  metaColumn('occurred_at', 'When the source committed this state, as far as it says.', optional(timestamp), (meta) => meta.occurredAt),
]
const columnOf = (name: string, says: string, { sql, nullable }: Column): TableColumn => ({ name, says, sql, nullable })

/** The state of an entity without its content: what guards compare, and what a tombstone keeps. */
export const guardColumns = metaColumns.slice(0, 7).map(({ name, says, get }) => columnOf(name, says, get))
export const guardOf = ({ meta: { entity, effectKey, version, revision, origin } }: Delivery): readonly unknown[] => [entity, effectKey, version, revision, origin.topic, origin.partition, origin.offset]

export function parentTable(model: ModelTable): Table {
  return { name: model.table, says: model.says, key: ['entity'], columns: [...metaColumns.map(({ name, says, get }) => columnOf(name, says, get)), ...contentColumns(model)] }
}
const contentColumns = (table: Pick<ListTable, 'columns'>) => Object.entries(table.columns).map(([name, { says, get }]) => columnOf(name, says, get))

/** Adds the row of a delivery, in the order of the table's columns. */
export function parentRow(model: ModelTable): Fill<Delivery> {
  const content = filler(model)
  return (rows, delivery) => {
    for (let at = 0; at < metaColumns.length; at++) metaColumns[at]!.fill(rows, delivery.meta)
    content(rows, delivery.content)
  }
}

/** The table of a list inside, and how its rows are made of a delivery. */
export interface ChildTable extends Table { readonly fill: Fill<Delivery> }

/** The tables of the lists inside, outermost first. */
export function childTables(model: ModelTable): ChildTable[] {
  const child = (list: ListTable, outer: ListTable | null): ChildTable => {
    const key = ['entity', ...(outer === null ? [] : ['parent_position']), 'position']
    const keys = key.map((name) => name === 'entity' ? columnOf(name, 'Entity of the row that this one belongs to.', text)
      : columnOf(name, name === 'position' ? 'Place in the list, from 0.' : 'Place of the item that this one belongs to.', integer))
    return { name: list.table, says: list.says, key, columns: [...keys, ...contentColumns(list)], fill: outer === null ? ofList(list) : ofInner(list, outer) }
  }
  return model.lists.flatMap((list) => [child(list, null), ...list.lists.map((inner) => {
    if (inner.lists.length > 0) throw new Error(`${inner.lists[0]!.table}: lists nest two deep at most`)
    return child(inner, list)
  })])
}

const itemsOf = (scope: unknown, { from }: ListTable) => (scope as Readonly<Record<string, readonly unknown[]>>)[from]!

function ofList(list: ListTable): Fill<Delivery> {
  const content = filler(list)
  return (rows, { meta, content: order }) => {
    const items = itemsOf(order, list)
    for (let position = 0; position < items.length; position++) {
      rows.row()
      rows.text(meta.entity)
      rows.integer(position)
      content(rows, items[position])
    }
  }
}

function ofInner(list: ListTable, outer: ListTable): Fill<Delivery> {
  const content = filler(list)
  return (rows, { meta, content: order }) => {
    const parents = itemsOf(order, outer)
    for (let parent = 0; parent < parents.length; parent++) {
      const items = itemsOf(parents[parent], list)
      for (let position = 0; position < items.length; position++) {
        rows.row()
        rows.text(meta.entity)
        rows.integer(parent)
        rows.integer(position)
        content(rows, items[position])
      }
    }
  }
}

function filler(table: Pick<ListTable, 'columns'>): Fill<unknown> {
  const cells = Object.values(table.columns).map(({ from, get }) => ({ path: from.split('.'), put: get.put as (rows: CopyRows, value: unknown) => void }))
  return (rows, scope) => {
    for (const { path, put } of cells) {
      let value = scope
      for (let step = 0; step < path.length; step++) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[path[step]!]
      put(rows, value)
    }
  }
}
