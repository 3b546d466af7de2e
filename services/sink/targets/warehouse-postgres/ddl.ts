import type { ModelTable } from '../columns.ts'
import { childTables, guardColumns, parentTable, type Table } from './tables.ts'

export const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
const literal = (value: string) => `'${value.replaceAll("'", "''")}'`

/** Every table that a model needs, its running total included. */
export function tablesOf(model: ModelTable): Table[] {
  const parent = parentTable(model)
  const total = model.total === null ? [] : [{
    name: model.total.table, says: model.total.says, key: model.total.by,
    columns: [
      ...model.total.by.map((name) => ({ ...parent.columns.find((it) => it.name === name)!, nullable: false })),
      // Without a bound: rows that are good each never add up to what is refused.
      { name: 'total', says: 'The sum.', sql: 'numeric', nullable: false },
      { name: 'movements', says: 'How many rows give something to the sum.', sql: 'bigint', nullable: false },
    ],
  }]
  return [parent, ...childTables(model), ...total]
}

/** Deleted entities and the state that deleted them, so that an older state does not bring them back. */
export const tombstoneTable = `create table if not exists hub.tombstone (
  target text not null, model text not null, ${guardColumns.map(({ name, sql }) => `${name} ${sql}${name === 'entity' ? ' collate "C"' : ''} not null`).join(', ')},
  primary key (target, model, entity))`

export function createTable(table: Table): string {
  const name = quoted(table.name)
  const columns = table.columns.map((it) => `${quoted(it.name)} ${it.sql}${table.key.includes(it.name) && it.sql === 'text' ? ' collate "C"' : ''}${it.nullable ? '' : ' not null'}`)
  return [
    `create table ${name} (${columns.join(', ')}, primary key (${table.key.map(quoted).join(', ')}))`,
    `comment on table ${name} is ${literal(table.says)}`,
    ...table.columns.map((it) => `comment on column ${name}.${quoted(it.name)} is ${literal(it.says)}`),
  ].join(';\n')
}
