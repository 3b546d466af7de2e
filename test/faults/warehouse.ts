import pg from 'pg'
import { modelCodec } from '../../canonical/codec.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import mapping from '../../services/sink/targets/warehouse-postgres/mapping.ts'
import program from '../../services/sink/targets/warehouse-postgres/target.ts'
import type { Route } from '../route.ts'
import { delivered } from './delivered.ts'
import { bookProblems } from './delivery-books.ts'
import { between, nanoOf, newestAlive, sumsOf, textOfNano, textsOf } from './expected.ts'

const unit = 'warehouse-postgres'
const tables = mapping.map(({ model, table }) => ({ model, table })), models = tables.map(({ model }) => model)

/** What rows, sums, books and the notes of every write show, beside what was sent. Empty lists: each effect exactly once. */
export interface WarehouseDifferences { rows: string[]; sums: string[]; balances: string[]; writes: string[]; books: string[]; rejections: string[] }
export const allRight: WarehouseDifferences = { rows: [], sums: [], balances: [], writes: [], books: [], rejections: [] }

/** A warehouse of the test's own. Triggers note each row that is written, so that no second write goes unseen. */
export class Warehouse implements AsyncDisposable {
  readonly pool: pg.Pool
  readonly #route: Route
  readonly #url: string

  private constructor(route: Route, url: string) {
    this.#route = route
    this.#url = url
    this.pool = new pg.Pool({ connectionString: url, max: 2 })
    this.pool.on('error', () => {})
  }

  static async open(route: Route, url: string): Promise<Warehouse> {
    const target = program.make({ url, connections: 1 }, []), warehouse = new Warehouse(route, url)
    await target.open()
    await target.close()
    await warehouse.pool.query(`create table noted (n bigint generated always as identity, table_name text not null, entity text not null, effect_key text not null, amount numeric);
      create function note() returns trigger language plpgsql as $$ begin
        insert into noted (table_name, entity, effect_key, amount) values (tg_table_name, new.entity, new.effect_key, (to_jsonb(new) ->> 'amount')::numeric); return null; end $$;
      ${tables.map(({ table }) => `create trigger note after insert or update on ${table} for each row execute function note();`).join('\n')}`)
    return warehouse
  }

  /** What a sink for it is started with; `port` leads through a proxy. */
  env(port?: number): Record<string, string> {
    const url = new URL(this.#url)
    if (port !== undefined) url.port = `${port}`
    return { HUB_TARGET: unit, HUB_TARGET_WAREHOUSE_POSTGRES_URL: url.href }
  }

  delivered(withinMs?: number): Promise<void> { return delivered(this.#route, this.pool, models, withinMs) }

  async differences(): Promise<WarehouseDifferences> {
    const route = this.#route
    const rejected = await readAll(route.kafka.control, route.names.rejected(unit))
    return {
      rows: between(newestAlive(route, models), await this.#list(tables.map(({ model, table }) => `select '${model} ' || entity || '@' || version as it from ${table}`).join(' union all '))),
      sums: between(sumsOf(route, models), await this.#list(`
        select 'order.v1 total ' || currency || ' ' || trim_scale(sum(total)) as it from orders group by currency having sum(total) <> 0
        union all select 'payment.v1 ' || direction || ' ' || currency || ' ' || trim_scale(sum(amount)) from payments where state = 'SUCCEEDED' and direction <> 'NONE' group by direction, currency having sum(amount) <> 0
        union all select 'stock-level.v1 onHand ' || trim_scale(sum(on_hand)) from stock_levels having sum(on_hand) <> 0`)),
      balances: between(textsOf(route.manifest!.balances), await this.#list(`select customer || ' ' || currency || ' ' || trim_scale(total) as it from payment_total where total <> 0`)),
      writes: await this.#writeProblems(),
      books: await bookProblems(route, unit, models),
      rejections: rejected.map(({ partition, record }) => `${partition}/${record.offset}`),
    }
  }

  /** All that the tables hold, and which transaction wrote it: changes with any write. */
  async fingerprint(): Promise<string[]> {
    const names = await this.#list(`select table_name as it from information_schema.tables where table_schema = 'public' or (table_schema = 'hub' and table_name = 'tombstone')`)
    return this.#list(names.sort().map((name) => {
      const table = name === 'tombstone' ? 'hub.tombstone' : `"${name}"`
      return `select '${name} ' || count(*) || ' ' || coalesce(sum(hashtextextended(t.xmin::text || t::text, 0)), 0) as it from ${table} t`
    }).join(' union all '))
  }

  /** No state is ever written twice; of payments, which are strict, exactly those that pass in the order of the topic: the sum of all that was ever written shows a second application. */
  async #writeProblems(): Promise<string[]> {
    const twice = await this.#list(`select table_name || ' ' || effect_key || ' ' || count(*) || ' times' as it from noted group by table_name, effect_key having count(*) > 1`)
    const written = new Map((await this.pool.query<{ c: string; s: string }>(`select split_part(entity, ':', 1) as c, trim_scale(sum(amount))::text || ' in ' || count(*) as s from noted where table_name = 'payments' group by 1`)).rows.map((it) => [it.c, it.s]))
    const expected = await paymentsToWrite(this.#route)
    return [...twice, ...[...expected].filter(([space, sum]) => written.get(space) !== sum).map(([space, sum]) => `payments of ${space}: ${written.get(space)} instead of ${sum}`)]
  }

  async #list(sql: string): Promise<string[]> { return (await this.pool.query<{ it: string }>(sql)).rows.map(({ it }) => it) }
  async [Symbol.asyncDispose](): Promise<void> { await this.pool.end() }
}

/** By id space: the sum and the number of all payments that the topic's order lets pass. */
async function paymentsToWrite(route: Route): Promise<Map<string, string>> {
  const codec = modelCodec('payment.v1'), held = new Map<string, { effectKey: string; version: number; offset: number }>(), sums = new Map<string, { nano: bigint; count: number }>()
  for (const { record } of await readAll(route.kafka.control, route.names.canonical('payment.v1'))) {
    if (record.value === null) throw new Error('payments are not deleted by the feed')
    const { meta, amount } = codec.decode(record.value, () => schemaText('payment.v1'))
    const before = held.get(meta.entity), [space = ''] = meta.entity.split(':')
    if (before !== undefined && (meta.effectKey === before.effectKey || meta.version < before.version || (meta.version === before.version && meta.origin.offset <= before.offset))) continue
    held.set(meta.entity, { effectKey: meta.effectKey, version: meta.version, offset: meta.origin.offset })
    const sum = sums.get(space) ?? { nano: 0n, count: 0 }
    sums.set(space, { nano: sum.nano + nanoOf(amount), count: sum.count + 1 })
  }
  return new Map([...sums].map(([space, { nano, count }]) => [space, `${textOfNano(nano)} in ${count}`]))
}
