import pg from 'pg'
import { unscaled } from '../../../canonical/decimal.ts'
import { Stopped } from '../../runtime/failure.ts'
import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { tombstones, type SqlTable } from './audit-rows.ts'
import type { AuditRow, BucketSum, Repeated, Snapshot, Stand, Sum, WrongTotal } from './audit.ts'
import type { ModelTable } from './columns.ts'
import { checksum } from './row-bytes.ts'

export interface SnapshotSettings { readonly client: pg.PoolClient; readonly target: string; readonly table: ModelTable; readonly tables: readonly SqlTable[]; readonly stand: Stand }
interface BucketRow { coarse: number; fine: number; n: string; sum: string; key?: string[]; totals?: (string | null)[] }

const quoted = pg.escapeIdentifier
const mostRepeated = 1_000
/** Every table of states has it; it is not compared, for of a state that came twice it may be either's. */
const sourceColumn = { name: 'source', path: 'meta.source' }
/** Bounds of one step: a text's place among so many is found by walking over them, so 64 × 64 is found soonest. */
const step = 64

/** A PostgreSQL target as one transaction sees it. */
export class PostgresSnapshot implements Snapshot {
  readonly #it: SnapshotSettings
  #read = 0
  constructor(it: SnapshotSettings) { this.#it = it }
  get stand(): Stand { return this.#it.stand }
  get read(): number { return this.#read }
  get totals(): readonly string[] { return this.#totals().map(({ name }) => name) }

  /** One scan of each table. */
  async buckets(bounds: readonly string[]): Promise<readonly BucketSum[]> {
    const fine: string[][] = []
    for (let at = 0; at < bounds.length; at += step) fine.push(bounds.slice(at, at + step))
    if (fine.length === 0) fine.push([])
    const found = new Map<number, { rows: number; sum: bigint; totals: Map<string, bigint> }>()
    for (const table of this.#it.tables) {
      const totals = table.holds === 'states' ? this.#totals() : []
      for (const { coarse, fine: inner, n, sum, ...row } of await this.#scan(table, fine, totals)) {
        const bucket = coarse * step + inner, it = found.get(bucket) ?? { rows: 0, sum: 0n, totals: new Map<string, bigint>() }
        found.set(bucket, it)
        it.rows += Number(n)
        it.sum = BigInt.asUintN(64, it.sum + BigInt(sum))
        totals.forEach(({ name, per }, at) => {
          const amount = row.totals?.[at]
          if (amount === null || amount === undefined) return
          const key = [name, ...per.map((column) => row.key![keysOf(totals).indexOf(column)]!)].join(' ')
          it.totals.set(key, (it.totals.get(key) ?? 0n) + BigInt(unscaled(amount)))
        })
        this.#read += Number(n)
      }
    }
    return [...found].map(([bucket, it]) => ({ bucket, ...it }))
  }

  async #scan(table: SqlTable, fine: readonly (readonly string[])[], totals: readonly Total[]): Promise<BucketRow[]> {
    const keys = keysOf(totals).map((it) => `t.${quoted(it)}`)
    const more = totals.length === 0 ? '' : `, array[${keys.join(', ')}]::text[] as key, array[${totals.map(({ column }) => `sum(t.${quoted(column)})::text`).join(', ')}] as totals`
    const { rows } = await this.#it.client.query<BucketRow>(`
      with fine(coarse, bounds) as materialized (select (n - 1)::int, b::text[] from unnest($2::text[]) with ordinality as x(b, n))
      select f.coarse, width_bucket(t.entity collate "C", f.bounds) as fine, count(*) as n, sum(${checksum(`row(${table.cells.join(', ')})`)}) as sum${more}
      from ${from(table)} join fine f on f.coarse = width_bucket(t.entity collate "C", $1::text[]) group by ${['1', '2', ...keys].join(', ')}`,
    [fine.slice(1).map((it) => it[0]), fine.map(arrayText), ...this.#own(table)].slice(0, table.name === tombstones ? 4 : 2))
    return rows
  }

  /** By the index: a range of a few hundred. */
  async entities(from: string | null, to: string | null): Promise<ReadonlyMap<string, Sum>> {
    const found = new Map<string, Sum>()
    for (const table of this.#it.tables) {
      for (const { entity, n, sum } of await this.#ranged<{ entity: string; n: string; sum: string }>(table, `entity, count(*) as n, sum(${checksum(`row(${table.cells.join(', ')})`)}) as sum`,
        `($1::text is null or t.entity >= $1) and ($2::text is null or t.entity < $2)`, [from, to], 'group by entity')) {
        const it = found.get(entity) ?? { rows: 0, sum: 0n }
        found.set(entity, { rows: it.rows + Number(n), sum: BigInt.asUintN(64, it.sum + BigInt(sum)) })
        this.#read += Number(n)
      }
    }
    return found
  }

  async rows(entities: readonly string[]): Promise<ReadonlyMap<string, readonly AuditRow[]>> {
    const found = new Map<string, AuditRow[]>(entities.map((it) => [it, []]))
    for (const [at, table] of this.#it.tables.entries()) {
      const place = table.keys.length === 0 ? `''` : table.keys.map((it) => `${quoted(it)}::text`).join(` || '/' || `)
      for (const { entity, place: key, bytes } of await this.#ranged<{ entity: string; place: string; bytes: Buffer }>(table, `entity, ${place} as place, record_send(row(${table.cells.join(', ')})) as bytes`, 't.entity = any($1::text[])', [entities], '')) {
        found.get(entity)!.push({ table: at, place: key, bytes })
        this.#read++
      }
    }
    return found
  }

  /** What the rows add up to is computed here too: they are compared with the hub before. */
  async wrongTotals(): Promise<readonly WrongTotal[]> {
    const { total } = this.#it.table
    if (total === null) return []
    const by = total.by.map(quoted).join(', '), { rows } = await this.#it.client.query<{ by: string[]; rows: string; there: string }>(`
      with wanted as (select ${by}, sum(given) as total, count(*) as movements from (select ${by}, ${total.amount} as given from ${quoted(this.#it.table.table)}) as g
        where given <> 0 and ${total.by.map((it) => `${quoted(it)} is not null`).join(' and ')} group by ${by})
      select array[${by}]::text[] as by, trim_scale(coalesce(w.total, 0)) || ' of ' || coalesce(w.movements, 0) as rows, trim_scale(coalesce(h.total, 0)) || ' of ' || coalesce(h.movements, 0) as there
      from wanted w full join ${quoted(total.table)} h using (${by}) where (coalesce(w.total, 0), coalesce(w.movements, 0)) <> (coalesce(h.total, 0), coalesce(h.movements, 0)) order by ${by} limit 1000`)
    return rows.map((it) => ({ ...it, table: total.table }))
  }

  async repeated(fields: readonly string[]): Promise<readonly Repeated[]> {
    const { table, tables, client } = this.#it, states = tables.find(({ holds, name }) => holds === 'states' && name === table.table)!
    const columns = fields.map((field) => {
      const column = [...states.columns, sourceColumn].find(({ path }) => path === field)
      if (column === undefined) throw new Stopped('target.rule_unkept', `${table.table} has no column that holds ${field}, which is to be unique there`)
      return quoted(column.name)
    })
    const { rows } = await client.query<{ key: string; entities: string[] }>(`
      select md5(row(${columns.join(', ')})::text) as key, array_agg(entity order by entity collate "C") as entities from ${quoted(table.table)}
      where ${columns.map((it) => `${it} is not null`).join(' and ')} group by ${columns.join(', ')} having count(*) > 1 order by 1 limit ${mostRepeated}`)
    return rows
  }

  async #ranged<R extends object>(table: SqlTable, what: string, where: string, values: readonly unknown[], group: string): Promise<R[]> {
    const { client } = this.#it
    await client.query('set local enable_seqscan = off')
    const { rows } = await client.query<R>(`select ${what} from ${table.name === tombstones ? `(select * from hub.tombstone where target = $${values.length + 1} and model = $${values.length + 2})` : quoted(table.name)} t where ${where} ${group}`, [...values, ...(table.name === tombstones ? this.#own(table) : [])])
    await client.query('set local enable_seqscan = on')
    return rows
  }
  #own(table: SqlTable): string[] { return table.name === tombstones ? [this.#it.target, this.#it.table.model] : [] }

  #totals(): Total[] {
    const { model, columns } = this.#it.table, columnOf = (path: string) => Object.entries(columns).find(([, it]) => it.from === path && !('get' in it.get))?.[0]
    return Object.entries(modelCards[model].totals).flatMap(([name, { sum, per }]) => {
      const column = columnOf(sum), keys = per.map(columnOf)
      return column === undefined || keys.includes(undefined) ? [] : [{ name, column, per: keys as string[] }]
    })
  }
}
interface Total { readonly name: string; readonly column: string; readonly per: readonly string[] }
const keysOf = (totals: readonly Total[]): string[] => [...new Set(totals.flatMap(({ per }) => per))]
const from = (table: SqlTable) => (table.name === tombstones ? '(select * from hub.tombstone where target = $3 and model = $4) t' : `${quoted(table.name)} t`)
const arrayText = (texts: readonly string[]) => `{${texts.map((it) => `"${it.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`
