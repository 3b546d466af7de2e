import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import type { Forecast } from '../services/console/api/rejections.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub } from './hub.ts'
import { eventually, Route } from './route.ts'

const sum = (rows: readonly { readonly will: string; readonly count: number }[], ...will: string[]) => rows.reduce((total, it) => total + (will.includes(it.will) ? it.count : 0), 0)

test('a forecast says for each record what the target will make of it, changes nothing, and comes true', { timeout: 240_000 }, async () => {
  const hub = testHub('forecast')
  await using route = await Route.provision(hub)
  await using warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  const database = await hub.createDatabase('ledger'), token = randomBytes(16).toString('hex'), unit = 'warehouse-postgres'
  await migrate(database)
  await hub.start('reconciler', { HUB_LEDGER_URL: database })
  const { HUB_TARGET, ...places } = warehouse.env()
  const started = await hub.start('console', { ...places, HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })
  const url = (await started.logged(/"console\.listening","url":"([^"]+)"/))[1]!
  const said = async (...args: string[]) => {
    let out = ''
    await runCommand([...args, '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { throw new Error(String(text)) } }, env: { HUB_ACTOR: 'ada' } })
    return out
  }
  const dryRun = async (...args: string[]) => JSON.parse(await said('redrive', ...args, '--dry-run', '--json')) as Forecast
  await route.feed(2_000, { seed: 'forecast', bad: 0.02 })
  const yesterday = withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' }), refusing = await hub.start('translator', yesterday.env, yesterday.options)
  await route.translated()
  await refusing.stop()
  const sink = await hub.start('sink', { ...warehouse.env(), HUB_TARGET: `${HUB_TARGET}` })
  await warehouse.delivered()
  await eventually(30_000, async () => {
    const before = await dryRun('--since', '1h')
    expect(before.total).toBeGreaterThan(200)
    await new Promise((resolve) => { setTimeout(resolve, 1_500) })
    expect((await dryRun('--since', '1h')).total).toBe(before.total)
  })

  const rows = await warehouse.fingerprint(), { total, outcomes, targets, records } = await dryRun('--since', '1h')
  expect(await warehouse.fingerprint()).toEqual(rows)
  // Payments that wait behind a refused one follow it by themselves, and are not sent.
  const following = sum(outcomes, 'follow')
  expect(sum(outcomes, 'pass', 'be filtered', 'fail again')).toBe(total - following)
  expect(sum(outcomes, 'fail again')).toBeGreaterThan(0)
  const crm = targets.filter(({ target }) => target === 'crm-http'), own = targets.filter(({ target }) => target === unit)
  expect(crm.every(({ will, says }) => will === 'be tried' && says.includes('HUB_TARGET_CRM_HTTP_STATE_URL'))).toBe(true)
  expect(sum(own, 'be superseded')).toBeGreaterThan(0)
  expect(sum(own, 'be tried')).toBe(0)
  expect(records.find(({ will }) => will === 'be superseded')).toMatchObject({ target: unit, says: expect.stringMatching(/^Superseded by version \d+/) as string })
  expect(await said('redrive', '--since', '1h', '--dry-run')).toContain('What would come of it at the targets:')

  // All that can be told of single records.
  const each = (await Promise.all(['shopify-orders', 'stripe-events'].map(async (of) => (await dryRun('--unit', of)).records))).flatMap((them) => { expect(them.length).toBeLessThan(1_000); return them }).filter(({ target }) => target === unit)
  const { rows: [mark] } = await warehouse.pool.query<{ n: string }>('select coalesce(max(n), 0) as n from noted')
  const translator = await hub.start('translator')
  const { status, claimed, outcomes: became } = JSON.parse(await said('redrive', '--since', '1h', '--reason', 'the statuses are agreed', '--json')) as CommandState
  // What newer ones of the same set pass closes itself before its turn, with the records that it would have given.
  const closed = became['superseded'] ?? 0
  expect({ status, claimed, mapped: (became['mapped'] ?? 0) + closed, rejected: became['rejected'] }).toEqual({ status: 'done', claimed: total - following, mapped: sum(outcomes, 'pass'), rejected: sum(outcomes, 'fail again') })
  await warehouse.delivered()
  const { rows: now } = await warehouse.pool.query<{ entity: string }>('select entity from noted where n > $1 union select entity from hub.tombstone', [mark!.n]), written = new Set(now.map(({ entity }) => entity))
  const entitiesThat = (...will: string[]) => new Set(each.filter((it) => will.includes(it.will)).map(({ entity }) => entity!))
  const applied = entitiesThat('be applied'), others = [...entitiesThat('be superseded', 'be there already')].filter((entity) => !applied.has(entity))
  expect([applied.size > 10, others.length > 10]).toEqual([true, true])
  expect([...applied].filter((entity) => !written.has(entity))).toEqual([])
  expect(others.filter((entity) => written.has(entity))).toEqual([])
  await Promise.all([translator.stop(), sink.stop()])
})
