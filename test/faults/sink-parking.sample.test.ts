import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Micros } from '../../canonical/micros.ts'
import { delivery, payment } from '../../services/sink/target-samples.ts'
import { tally } from '../../services/sink/target-desk.ts'
import { canonicalRecords } from '../canonical-records.ts'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { receiptsAt, redriveAt, redrivenAt, rejectionsAt } from './redriving.ts'
import { Warehouse } from './warehouse.ts'

const unit = 'warehouse-postgres', model = 'payment.v1', entities = 100, states = 4, beat = 250, beats = 12
const median = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!

test('one payment in a hundred that is refused holds back its own states and nobody else\'s, and they follow in order', async () => {
  const hub = testHub('sink-parking')
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  await warehouse.pool.query(`alter table payments add constraint no_thirteen check (amount <> 13);
    create table taken (n bigint generated always as identity, entity text not null, version bigint not null, ms float not null);
    create function taken() returns trigger language plpgsql as $$ begin
      insert into taken (entity, version, ms) values (new.entity, new.version, extract(epoch from clock_timestamp() - new.occurred_at) * 1000); return null; end $$;
    create trigger taken after insert or update on payments for each row execute function taken()`)
  await hub.start('sink', { ...warehouse.env(), HUB_INSTANCE: 'one' })
  const record = await canonicalRecords(hub, route, model), producer = route.producer(), topic = route.names.canonical(model)
  let offset = 0
  /** A new hundred of payments; each gets its states one after the other, a quarter at a time. */
  async function hundred(name: string, refused: boolean): Promise<void> {
    for (let version = 1; version <= states; version++) for (let quarter = 0; quarter < 4; quarter++) {
      const now = (Date.now() * 1000) as Micros
      await producer.send(topic, Array.from({ length: entities / 4 }, (_, n) => n * 4 + quarter).map((n) => {
        const it = delivery(model, { id: `${name}-${n}`, version, offset: offset++, content: payment(`${name}-${n}`, refused && n === 7 && version === 1 ? '13' : `${version}`, 'SUCCEEDED') })
        return record({ ...it, meta: { ...it.meta, occurredAt: now } })
      }))
      await sleep(beat / 16)
    }
  }
  await hundred('warm', false)
  await eventually(60_000, async () => { expect((await warehouse.pool.query('select 1 from taken')).rowCount).toBeGreaterThan(0) })
  // In turns, so that both meet the same machine.
  for (let n = 0; n < beats; n++) { await hundred(`well${n}`, false); await hundred(`hurt${n}`, true) }
  await warehouse.delivered()
  const late = async (name: string) => (await warehouse.pool.query<{ ms: number }>('select ms from taken where entity like $1', [`sample:${name}%`])).rows.map(({ ms }) => ms)
  const [well, hurt] = [await late('well'), await late('hurt')]
  console.log(`median ms to the row: ${median(well).toFixed(1)} with nothing refused, ${median(hurt).toFixed(1)} with one in a hundred (${hurt.length} of ${well.length} rows)`)
  expect([well.length, hurt.length]).toEqual([beats * entities * states, beats * (entities - 1) * states])
  expect(median(hurt) / median(well)).toBeLessThan(1.5)

  await warehouse.pool.query('alter table payments drop constraint no_thirteen')
  const heads = (await rejectionsAt(route, unit)).filter(({ code }) => code === 'target.refused'), total = (2 * beats + 1) * entities * states
  expect(tally(await receiptsAt(route, unit))).toEqual({ read: total, applied: total - beats * states, rejected: beats, parked: beats * (states - 1) })
  await redriveAt(route, unit, model, heads)
  await eventually(60_000, async () => { expect((await warehouse.pool.query('select 1 from hub.open_rejection')).rowCount).toBe(0) })
  await redrivenAt(route, unit, model, warehouse.pool)
  expect(tally(await receiptsAt(route, unit))).toEqual({ read: total, applied: total })
  const { rows } = await warehouse.pool.query<{ entity: string; versions: string }>(`select entity, string_agg(version::text, ' ' order by n) as versions from taken group by entity`)
  expect(rows.filter(({ versions }) => versions !== '1 2 3 4')).toEqual([])
  expect(rows.length).toBe((2 * beats + 1) * entities)
})
