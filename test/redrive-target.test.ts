import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { modelCodec } from '../canonical/codec.ts'
import { schemaText } from '../canonical/schemas.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Forecast, Groups } from '../services/console/api/rejections.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { openLedger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { RefusedOrders } from './faults/refused-orders.ts'
import { eventually } from './route.ts'

test('what a target refused is found, redriven and closed by the command, and a second redrive finds nothing', { timeout: 180_000 }, async () => {
  await using it = await RefusedOrders.prepare('redrive-target', 200)
  const database = await it.hub.createDatabase('ledger'), token = randomBytes(16).toString('hex')
  await migrate(database)
  await it.hub.start('reconciler', { HUB_LEDGER_URL: database })
  const { HUB_TARGET_WAREHOUSE_POSTGRES_URL } = it.warehouse.env()
  const started = await it.hub.start('console', { HUB_TARGET_WAREHOUSE_POSTGRES_URL: `${HUB_TARGET_WAREHOUSE_POSTGRES_URL}`, HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })
  const url = (await started.logged(/"console\.listening","url":"([^"]+)"/))[1]!
  const json = async <T>(...args: string[]): Promise<T> => {
    let out = ''
    await runCommand([...args, '--json', '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { throw new Error(String(text)) } }, env: { HUB_ACTOR: 'ada' } })
    return JSON.parse(out) as T
  }
  const [group] = await eventually(60_000, async () => {
    const { groups, total } = await json<Groups>('rejections', 'groups')
    expect([groups.length, total]).toEqual([1, 50])
    return groups
  })
  expect(group).toMatchObject({ unit: 'warehouse-postgres', code: 'target.refused', count: 50, entities: 50 })
  await it.mend()

  const dryRun = () => json<Forecast>('redrive', '--group', group!.group, '--dry-run')
  expect((await dryRun()).outcomes).toMatchObject([{ unit: 'warehouse-postgres', will: 'be tried', says: expect.stringContaining('refused it for sqlstate.23514 on no_thirteen') as string, count: 50 }])
  // Somebody has written one of them by hand, just as it was, and another as it will be.
  const [one, other] = (await it.rejections()).map(({ entity, value }) => ({ entity: entity!, effectKey: modelCodec('order.v1').decodeMeta(value!, () => schemaText('order.v1')).effectKey }))
  for (const [state, version] of [[one!, 1], [other!, 9]] as const) {
    await it.warehouse.pool.query(`insert into orders select (jsonb_populate_record(o, $1)).* from orders o limit 1`, [{ entity: state.entity, effect_key: version === 1 ? state.effectKey : 'newer', version }])
  }
  const { outcomes, records } = await dryRun()
  expect(outcomes.map(({ will, count }) => [will, count])).toEqual([['be tried', 48], ['be there already', 1], ['be superseded', 1]])
  expect(records.find(({ entity }) => entity === other!.entity)).toMatchObject({ target: 'warehouse-postgres', model: 'order.v1', will: 'be superseded', says: 'Superseded by version 9.' })

  await it.hub.start('sink', it.warehouse.env())
  const redrive = () => json<CommandState>('redrive', '--group', group!.group, '--reason', 'the constraint is gone')
  expect(await redrive()).toMatchObject({ status: 'done', claimed: 50, outcomes: { applied: 48, duplicate: 1, stale: 1 } })
  expect(await redrive()).toMatchObject({ status: 'done', claimed: 0, detail: 'Nothing that is open fits.' })
  expect((await it.rows()).size).toBe(200)
  expect(await it.writtenTwice()).toEqual([])
  const ledger = openLedger(database), counts = await eventually(30_000, async () => {
    const rows = await ledger.blockCount.groupBy({ by: ['outcome'], where: { stage: 'deliver' }, _sum: { count: true } }), found = Object.fromEntries(rows.map(({ outcome, _sum }) => [outcome, Number(_sum.count)]))
    expect(found['read']).toBe(200)
    return found
  })
  expect(counts).toMatchObject({ applied: 198, duplicate: 1, stale: 1, rejected: 0 })
  await ledger.$disconnect()
})
