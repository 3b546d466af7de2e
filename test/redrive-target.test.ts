import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Groups } from '../services/console/api/rejections.schema.ts'
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
  const started = await it.hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })
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
  await it.hub.start('sink', it.warehouse.env())
  const redrive = () => json<CommandState>('redrive', '--group', group!.group, '--reason', 'the constraint is gone')
  expect(await redrive()).toMatchObject({ status: 'done', claimed: 50, outcomes: { applied: 50 } })
  expect(await redrive()).toMatchObject({ status: 'done', claimed: 0, detail: 'Nothing that is open fits.' })
  expect((await it.rows()).size).toBe(200)
  expect(await it.writtenTwice()).toEqual([])
  const ledger = openLedger(database), counts = await eventually(30_000, async () => {
    const rows = await ledger.blockCount.groupBy({ by: ['outcome'], where: { stage: 'deliver' }, _sum: { count: true } }), found = Object.fromEntries(rows.map(({ outcome, _sum }) => [outcome, Number(_sum.count)]))
    expect(found['read']).toBe(200)
    return found
  })
  expect(counts).toMatchObject({ applied: 200, rejected: 0 })
  await ledger.$disconnect()
})
