import { expect, test } from 'vitest'
import { delivery, payment } from '../../services/sink/target-samples.ts'
import { tally } from '../../services/sink/target-desk.ts'
import { canonicalRecords } from '../canonical-records.ts'
import { testHub } from '../hub.ts'
import { eventually, Route } from '../route.ts'
import { receiptsAt, redriveAt, redrivenAt, rejectionsAt } from './redriving.ts'
import { sinkPoints, steppingSink } from './stepped-sink.ts'
import { Warehouse } from './warehouse.ts'

const unit = 'warehouse-postgres', model = 'payment.v1', entities = 20, states = 120

test('a sink that is killed while it parks, and while it lets go what waited, keeps the order of every payment', async () => {
  const hub = testHub('sink-parking-kill')
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  await warehouse.pool.query('alter table payments add constraint no_thirteen check (amount <> 13)')
  const record = await canonicalRecords(hub, route, model), settings = { HUB_INSTANCE: 'one', HUB_CHUNK_RECORDS: '100', ...warehouse.env() }
  await route.producer().send(route.names.canonical(model), Array.from({ length: entities * states }, (_, n) => {
    const id = n % entities, version = Math.floor(n / entities) + 1
    return record(delivery(model, { id: `p${id}`, version, offset: n, content: payment(`p${id}`, id % 2 === 0 && version === 3 ? '13' : `${version}.5`, 'SUCCEEDED') }))
  }))
  const killed = async (nth: number) => {
    for (const point of sinkPoints) {
      const dying = steppingSink(point, { nth }), sink = await hub.start('sink', { ...settings, ...dying.env }, dying.options)
      expect(await sink.exited).toMatchObject({ signal: 'SIGKILL' })
    }
  }
  await killed(2)
  const parking = await hub.start('sink', settings)
  await warehouse.delivered()
  await parking.stop()
  expect(tally(await receiptsAt(route, unit))).toEqual({ read: entities * states, applied: entities * (states + 2) / 2, rejected: entities / 2, parked: entities * (states - 3) / 2 })

  await warehouse.pool.query('alter table payments drop constraint no_thirteen')
  const heads = (await rejectionsAt(route, unit)).filter(({ code }) => code === 'target.refused'), once = [...new Map(heads.map((it) => [it.id, it])).values()]
  expect(once.length).toBe(entities / 2)
  await redriveAt(route, unit, model, [...once, ...once])
  await killed(1)
  await hub.start('sink', settings)
  await eventually(60_000, async () => { expect((await warehouse.pool.query('select 1 from hub.open_rejection')).rowCount).toBe(0) })
  await redrivenAt(route, unit, model, warehouse.pool)
  const inOrder = Array.from({ length: states }, (_, n) => n + 1).join(' ')
  const { rows } = await warehouse.pool.query<{ entity: string; versions: string }>(`select entity, string_agg(split_part(split_part(effect_key, '@', 2), '.', 1), ' ' order by n) as versions from noted where table_name = 'payments' group by entity`)
  expect(rows.filter(({ versions }) => versions !== inOrder)).toEqual([])
  expect(rows.length).toBe(entities)
  expect(tally(await receiptsAt(route, unit))).toEqual({ read: entities * states, applied: entities * states })
})
