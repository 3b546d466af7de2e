import { skimOf } from '../../../../canonical/model-skim.ts'
import { skimmedOf, type Skim, type Skimmed } from '../../../../canonical/skim.ts'
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

interface MetaColumn { readonly name: string; readonly says: string; readonly from: string; readonly get: Column; readonly of: (meta: Meta) => unknown; readonly fill: Fill<Meta> }
const metaColumn = <V>(name: string, says: string, from: string, get: Column<V>, of: (meta: Meta) => V): MetaColumn => ({ name, says, from: `meta.${from}`, get, of, fill: (rows, meta) => { get.put(rows, of(meta)) } })
const metaColumns: readonly MetaColumn[] = [
  metaColumn('entity', 'What the row describes, as id space and id.', 'entity', text, (meta) => meta.entity),
  metaColumn('effect_key', 'The exactly-once key of the state that the row holds.', 'effectKey', text, (meta) => meta.effectKey),
  metaColumn('version', 'Orders the states of one entity.', 'version', whole, (meta) => meta.version),
  metaColumn('revision', 'Raised by a repair or a re-mapping.', 'revision', integer, (meta) => meta.revision),
  metaColumn('origin_topic', 'Topic of the source record.', 'origin.topic', text, (meta) => meta.origin.topic),
  metaColumn('origin_partition', 'Partition of the source record.', 'origin.partition', integer, (meta) => meta.origin.partition),
  metaColumn('origin_offset', 'Offset of the source record.', 'origin.offset', whole, (meta) => meta.origin.offset),
  metaColumn('source', 'Source that the state came from; null where a delete did not say.', 'source', optional(text), (meta) => meta.source),
  metaColumn('occurred_at', 'When the source committed this state, as far as it says.', 'occurredAt', optional(timestamp), (meta) => meta.occurredAt),
]
const columnOf = (name: string, says: string, { sql, nullable }: Column): TableColumn => ({ name, says, sql, nullable })

/** The column that every table has of a field of `meta`. */
export const metaColumnFrom = (field: string): string | undefined => metaColumns.find(({ from }) => from === field)?.name

/** The state of an entity without its content: what guards compare, and what a tombstone keeps. */
const guards = metaColumns.slice(0, 7)
export const guardColumns = guards.map(({ name, says, get }) => columnOf(name, says, get))
export const guardOf = ({ meta }: Delivery): Readonly<Record<string, unknown>> => Object.fromEntries(guards.map(({ name, of }) => [name, of(meta)]))

export function parentTable(model: ModelTable): Table {
  return { name: model.table, says: model.says, key: ['entity'], columns: [...metaColumns.map(({ name, says, get }) => columnOf(name, says, get)), ...contentColumns(model)] }
}
const contentColumns = (table: Pick<ListTable, 'columns'>) => Object.entries(table.columns).map(([name, { says, get }]) => columnOf(name, says, get))

/** Adds the row of a delivery, in the order of the table's columns. */
export function parentRow(model: ModelTable): Fill<Delivery> {
  const content = filler(model), skimmed = skimmedRow([...metaColumns, ...Object.values(model.columns)], skimOf(model.model))
  return (rows, delivery) => {
    if (delivery.skimmed !== undefined) return skimmed(rows, delivery.skimmed)
    for (let at = 0; at < metaColumns.length; at++) metaColumns[at]!.fill(rows, delivery.meta)
    content(rows, delivery.content)
  }
}

/** The same from the bytes of the record: what only moves from one place to another never becomes a value. */
function skimmedRow(columns: readonly { readonly from: string; readonly get: Column }[], skim: Skim): Fill<Skimmed> {
  const cells = columns.map(({ from, get }) => {
    const { slot, kind, value } = skim.fields.get(from)!, path = from.split('.')
    const read = kind === 'record' ? (it: Skimmed) => along(path, skim.view(it)) : ({ bytes, places, at }: Skimmed) => value(bytes, places[at + slot]!)
    return { slot, raw: get.raw?.of === kind ? get.raw.put : null, from, read, put: get.put as (rows: CopyRows, value: unknown) => void }
  })
  return (rows, it) => {
    const { bytes, places, at } = it
    let last = '', made: unknown = null
    for (let i = 0; i < cells.length; i++) {
      const { slot, raw, from, read, put } = cells[i]!
      if (raw === null) {
        if (from !== last) { last = from; made = read(it) }
        put(rows, made)
      } else if (places[at + slot] === -1) rows.null()
      else raw(rows, bytes, places[at + slot]!)
    }
  }
}

/** The table of a list inside, and how its rows are made of a delivery. */
export interface ChildTable extends Table { readonly fill: Fill<Delivery> }

/** The tables of the lists inside, outermost first. */
export function childTables(model: ModelTable): ChildTable[] {
  const listsOf = (skim: Skim, { from }: ListTable): Skim => skim.fields.get(from)!.items!
  const child = (list: ListTable, skim: Skim, outer: ListTable | null): ChildTable => {
    const key = ['entity', ...(outer === null ? [] : ['parent_position']), 'position']
    const keys = key.map((name) => name === 'entity' ? columnOf(name, 'Entity of the row that this one belongs to.', text)
      : columnOf(name, name === 'position' ? 'Place in the list, from 0.' : 'Place of the item that this one belongs to.', integer))
    return { name: list.table, says: list.says, key, columns: [...keys, ...contentColumns(list)], fill: outer === null ? ofList(list, skim) : ofInner(list, skim, outer) }
  }
  return model.lists.flatMap((list) => {
    const skim = listsOf(skimOf(model.model), list)
    return [child(list, skim, null), ...list.lists.map((inner) => {
      if (inner.lists.length > 0) throw new Error(`${inner.lists[0]!.table}: lists nest two deep at most`)
      return child(inner, listsOf(skim, inner), list)
    })]
  })
}

const itemsOf = (scope: unknown, { from }: ListTable) => (scope as Readonly<Record<string, readonly object[]>>)[from]!

function ofList(list: ListTable, skim: Skim): Fill<Delivery> {
  const content = itemRow(list, skim)
  return (rows, { meta, content: order }) => { addItems(rows, meta.entity, null, itemsOf(order, list), content) }
}

function ofInner(list: ListTable, skim: Skim, outer: ListTable): Fill<Delivery> {
  const content = itemRow(list, skim)
  return (rows, { meta, content: order }) => {
    const parents = itemsOf(order, outer)
    for (let parent = 0; parent < parents.length; parent++) addItems(rows, meta.entity, parent, itemsOf(parents[parent], list), content)
  }
}

function addItems(rows: CopyRows, entity: string, parent: number | null, items: readonly object[], content: Fill<object>): void {
  for (let position = 0; position < items.length; position++) {
    rows.row()
    rows.text(entity)
    if (parent !== null) rows.integer(parent)
    rows.integer(position)
    content(rows, items[position]!)
  }
}

function itemRow(list: ListTable, skim: Skim): Fill<object> {
  const content = filler(list), skimmed = skimmedRow(Object.values(list.columns), skim)
  return (rows, item) => {
    const it = skimmedOf(item)
    if (it === null) content(rows, item)
    else skimmed(rows, it)
  }
}

function filler(table: Pick<ListTable, 'columns'>): Fill<unknown> {
  const cells = Object.values(table.columns).map(({ from, get }) => ({ path: from.split('.'), put: get.put as (rows: CopyRows, value: unknown) => void }))
  return (rows, scope) => { for (let at = 0; at < cells.length; at++) cells[at]!.put(rows, along(cells[at]!.path, scope)) }
}

function along(path: readonly string[], scope: unknown): unknown {
  let value = scope
  for (let step = 0; step < path.length; step++) value = (value as Readonly<Record<string, unknown>> | null | undefined)?.[path[step]!]
  return value
}
