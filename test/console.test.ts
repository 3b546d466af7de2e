import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Status } from '../services/console/api/status.schema.ts'
import type { Topics } from '../services/console/api/topics.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { type TestHub, testHub, type TestProgram } from './hub.ts'
import { privatePostgres } from './private-stack.ts'
import { eventually, Route } from './route.ts'

// Console, reconciler and translator as they run, on Kafka, registry and PostgreSQL.
let hub: TestHub, route: Route, postgres: Awaited<ReturnType<typeof privatePostgres>>, url: string
const token = randomBytes(16).toString('hex')

beforeAll(async () => {
  hub = testHub('console')
  route = await Route.provision(hub)
  postgres = await privatePostgres()
  const ledger = await postgres.database('ledger')
  await migrate(ledger)
  url = await listening(await hub.start('console', { HUB_LEDGER_URL: ledger, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' }))
  await hub.start('reconciler', { HUB_LEDGER_URL: ledger })
})
afterAll(async () => { await route[Symbol.asyncDispose](); await postgres.dispose() })

const listening = async (console_: TestProgram): Promise<string> => (await console_.logged(/"console\.listening","url":"([^"]+)"/))[1]!
async function command(args: readonly string[], at = url) {
  let out = '', err = ''
  const exit = await runCommand([...args, '--url', at, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env: {} })
  return { exit, out, err }
}
const status = async (): Promise<Status> => JSON.parse((await command(['status', '--json'])).out) as Status
const translateOf = ({ routes }: Status) => routes.find(({ source }) => source === 'shopify-orders')?.translate

test('status follows a source: running with position, lag and counts, and silent when it is gone', async () => {
  const before = await command(['status', '--json'])
  expect([before.exit, before.err]).toEqual([3, ''])
  expect(translateOf(JSON.parse(before.out) as Status)).toMatchObject({ state: 'unknown', lag: 0 })

  const translator = await hub.start('translator')
  await route.feed(400, { seed: 'console' })
  await eventually(80_000, async () => {
    const translate = translateOf(await status())!
    expect(translate).toMatchObject({ state: 'running', lag: 0, code: null })
    expect(translate.position).toBeGreaterThan(0)
    expect(translate.freshness).toBeGreaterThan(0)
    expect(translate.counts['emitted']).toBeGreaterThan(0)
  })
  const { books, lacks, endpoints } = await status()
  expect({ gaps: books?.gaps, overlaps: books?.overlaps, lacks }).toEqual({ gaps: 0, overlaps: 0, lacks: [] })
  expect(Object.entries(endpoints).filter(([, { reachable }]) => reachable).map(([name]) => name).toSorted()).toEqual(['console', 'kafka', 'ledger', 'registry'])

  translator.kill('SIGKILL')
  await eventually(80_000, async () => expect(translateOf(await status())).toMatchObject({ state: 'silent', code: 'unit.silent' }))
}, 240_000)

test('topics are listed with what is in them, and none of those that npm start makes is missing', async () => {
  const { exit, out } = await command(['topics', '--json'])
  expect(exit).toBe(0)
  const { topics } = JSON.parse(out) as Topics
  expect(topics.filter(({ exists }) => exists !== true)).toEqual([])
  expect(topics.find(({ topic }) => topic === route.names.receipts)).toMatchObject({ partitions: 4, retention: 'for ever', readers: ['reconciler'] })
  expect(topics.find(({ topic }) => topic === route.names.topic('source.shopify.orders'))?.end).toBeGreaterThan(0)
})

test('without the ledger status answers with what Kafka knows, and says what it lacks; it goes on when the ledger is back', async () => {
  await postgres.stop()
  const { exit, out } = await command(['status', '--json'])
  expect(exit).toBe(3)
  const away = JSON.parse(out) as Status
  expect(away).toMatchObject({ ok: false, books: null, lacks: [{ code: 'ledger.unreachable' }], endpoints: { ledger: { reachable: false, trouble: { code: 'endpoint.unreachable' } }, kafka: { reachable: true } } })
  expect(translateOf(away)).toMatchObject({ state: 'unknown', lag: 0 })
  await postgres.start()
  await eventually(60_000, async () => expect((await status()).lacks).toEqual([]))
})

test('without Kafka status answers with what the ledger knows, and says what it lacks', async () => {
  const alone = await listening(await hub.start('console', { HUB_KAFKA_BROKERS: '127.0.0.1:1', HUB_LEDGER_URL: postgres.url('ledger'), HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' }))
  const { exit, out } = await command(['status', '--json'], alone)
  expect(exit).toBe(3)
  const away = JSON.parse(out) as Status
  expect(away).toMatchObject({ lacks: [{ code: 'kafka.unreachable' }], books: { gaps: 0 }, endpoints: { kafka: { reachable: false } } })
  expect(translateOf(away)?.lag).toBeNull()
  expect(translateOf(away)?.position).toBeGreaterThan(0)
})

test('a console without its token does not start and says which setting is missing', async () => {
  await expect(hub.start('console', { HUB_CONSOLE_PORT: '0' })).rejects.toThrow(/HUB_CONSOLE_TOKEN/)
})
