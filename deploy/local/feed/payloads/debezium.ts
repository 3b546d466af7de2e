import { jsonNumber } from './json-number.ts'

export type Operation = 'c' | 'u' | 'd' | 'r'
/** A column of a table, as Debezium's JSON converter describes it. */
export interface Column { field: string; type: string; optional: boolean }
export interface Change { table: string; columns: readonly Column[]; op: Operation; before: object | null; after: object | null; lsn: number; seconds: number; millis: number }

/** A change event of Debezium's PostgreSQL connector; with the schema around it where the converter embeds one. */
export function envelope(change: Change, embedded: boolean): object {
  const { op, before, after, lsn, table } = change, ms = change.seconds * 1000 + change.millis, seen = ms + 127
  const payload = {
    before, after,
    source: {
      version: '3.3.0.Final', connector: 'postgresql', name: 'shop', ts_ms: ms, snapshot: op === 'r' ? 'true' : 'false', db: 'inventory', sequence: `["${lsn - 48}","${lsn}"]`,
      ts_us: ms * 1000, ts_ns: jsonNumber(`${ms}000000`), schema: 'inventory', table, txId: 500 + Math.floor(lsn / 64), lsn, xmin: null,
    },
    transaction: null, op, ts_ms: seen, ts_us: seen * 1000, ts_ns: jsonNumber(`${seen}000000`),
  }
  return embedded ? { schema: schemaOf(change), payload } : payload
}

const schemaOf = ({ table, columns }: Change): object => ({
  type: 'struct', optional: false, name: `shop.inventory.${table}.Envelope`, version: 2,
  fields: [
    { type: 'struct', fields: columns, optional: true, name: `shop.inventory.${table}.Value`, field: 'before' },
    { type: 'struct', fields: columns, optional: true, name: `shop.inventory.${table}.Value`, field: 'after' },
    { type: 'struct', fields: [{ type: 'string', optional: false, field: 'connector' }, { type: 'int64', optional: false, field: 'ts_ms' }, { type: 'int64', optional: true, field: 'lsn' }], optional: false, name: 'io.debezium.connector.postgresql.Source', field: 'source' },
    { type: 'string', optional: false, field: 'op' }, { type: 'int64', optional: true, field: 'ts_ms' },
  ],
})
