import type { PoolClient } from 'pg'
import { quoted } from './ddl.ts'
import type { Table } from './tables.ts'

/** What a table that exists has otherwise than this target writes; null where there is no such table. */
export async function differences(client: PoolClient, table: Table): Promise<readonly string[] | null> {
  const { rows: [found] } = await client.query<{ oid: string | null }>('select to_regclass($1)::oid as oid', [quoted(table.name)])
  if (found!.oid === null) return null
  const { rows: columns } = await client.query<{ name: string; type: string; required: boolean; key: boolean }>(
    `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
        coalesce(attnum = any((select indkey from pg_index where indrelid = attrelid and indisprimary)::int2[]), false) as key
      from pg_attribute where attrelid = $1 and attnum > 0 and not attisdropped`, [found!.oid])
  const has = new Map(columns.map((it) => [it.name, it]))
  const wanted = new Set(table.columns.map((it) => it.name))
  const keys = columns.filter((it) => it.key).map((it) => it.name).sort().join(', ')
  return [
    ...table.columns.flatMap(({ name, sql, nullable }) => {
      const there = has.get(name)
      if (there === undefined) return [`${name} is missing`]
      const type = sql === 'timestamptz' ? 'timestamp with time zone' : sql
      return [
        ...(there.type === type ? [] : [`${name} is ${there.type}, not ${type}`]),
        ...(there.required === !nullable ? [] : [`${name} is ${there.required ? 'not null, but values may be missing' : 'nullable, but a value is always there'}`]),
      ]
    }),
    ...columns.filter((it) => !wanted.has(it.name)).map((it) => `${it.name} is not known here`),
    ...(keys === [...table.key].sort().join(', ') ? [] : [`its primary key is (${keys}), not (${table.key.join(', ')})`]),
  ]
}
