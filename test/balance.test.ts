import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { modelCodec } from '../canonical/codec.ts'
import { schemaText } from '../canonical/schemas.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { deletedMeta } from '../services/runtime/deleted-meta.ts'
import mapping from '../services/sink/targets/warehouse-postgres/mapping.ts'
import type { Sheet, Verified } from '../services/console/api/balance.schema.ts'
import type { Status } from '../services/console/api/status.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import type { Ledger } from '../services/runtime/ledger/ledger.ts'
import { verifiedThrough } from '../services/runtime/verified.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { ledgerOf } from './new-ledger.ts'
import { eventually, Route } from './route.ts'

// All programs as they run. The CRM is a target, too, and nobody feeds it.
const target = 'warehouse-postgres'

class BalancedHub implements AsyncDisposable {
  readonly #parts: [TestHub, Route, Ledger, Warehouse, string]
  private constructor(...parts: [TestHub, Route, Ledger, Warehouse, string]) { this.#parts = parts }
  static async prepare(name: string): Promise<BalancedHub> {
    const hub = testHub(name), route = await Route.provision(hub), { url, ledger } = await ledgerOf(hub, 'ledger')
    return new BalancedHub(hub, route, ledger, await Warehouse.open(route, await hub.createDatabase('warehouse')), url)
  }
  get route(): Route { return this.#parts[1] }
  get ledger(): Ledger { return this.#parts[2] }
  get warehouse(): Warehouse { return this.#parts[3] }
  /** Another ledger, as empty as a new one. */
  anew() { return ledgerOf(this.#parts[0], 'anew') }

  start(program: 'translator' | 'sink' | 'reconciler', more: Partial<ReturnType<typeof withInstead>> = {}): Promise<TestProgram> {
    const [hub, , , warehouse, url] = this.#parts, own = { translator: {}, sink: warehouse.env(), reconciler: { HUB_LEDGER_URL: url } }[program]
    return hub.start(program, { HUB_INSTANCE: `${program}-0`, ...own, ...more.env }, more.options ?? {})
  }
  /** The `hub` command, on a console of this hub. */
  async console(): Promise<(line: string) => Promise<{ exit: number; out: string; err: string }>> {
    const token = randomBytes(16).toString('hex'), started = await this.#parts[0].start('console', { HUB_LEDGER_URL: this.#parts[4], HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })
    const url = (await started.logged(/"console\.listening","url":"([^"]+)"/))[1]!
    return async (line) => {
      let out = '', err = ''
      const exit = await runCommand([...line.split(' '), '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { err += text } }, env: {} })
      return { exit, out, err }
    }
  }
  rows(of = target) { return this.ledger.verified.findMany({ where: { target: of } }) }
  async through(of = target): Promise<number> { return verifiedThrough(await this.rows(of)) ?? 0 }
  /** What was ever told of, open or not. */
  findings() { return this.ledger.finding.findMany() }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.ledger.$disconnect()
    await this.#parts[3][Symbol.asyncDispose]()
    await this.route[Symbol.asyncDispose]()
  }
}

test('a feed is proven to its end where it is delivered, and not where it is not; sheet, gate, status and metrics say so', { timeout: 240_000 }, async () => {
  await using it = await BalancedHub.prepare('balance')
  const reconciler = await it.start('reconciler'), hub = await it.console()
  expect(await hub(`verified --target ${target} --at ${new Date(Date.now() + 3_600_000).toISOString()}`)).toMatchObject({ exit: 3 })
  await it.start('translator')
  await it.start('sink')
  const { sent } = await it.route.feed(3_000, { seed: 'balance', bad: 0.02 }).then(() => ({ sent: Date.now() }))
  const gate = await hub(`verified --target ${target} --at ${new Date(sent).toISOString()} --wait --timeout 120s`)
  expect([gate.exit, gate.err]).toEqual([0, ''])
  expect(await it.through()).toBeGreaterThan(sent)

  const held = await hub(`verified --target crm-http --at ${new Date(sent).toISOString()} --json`)
  expect(held.exit).toBe(3)
  expect((JSON.parse(held.out) as Verified).targets[0]!.held[0]).toMatchObject({ why: 'deliver', says: expect.stringContaining('is on its way to crm-http') as string })
  expect((await hub('verified --target nowhere')).err).toContain('command.unknown')

  const balance = await hub(`balance --target ${target} --json`), sheet = JSON.parse(balance.out) as Sheet
  expect(balance.exit).toBe(0)
  expect(sheet.balanced).toBe(true)
  expect(sheet.sources.reduce((sum, { read }) => sum + read, 0)).toBe(3_000)
  expect(sheet.sources.some(({ outcomes }) => (outcomes['rejected'] ?? 0) > 0)).toBe(true)
  expect(sheet.targets.flatMap(({ totals }) => totals).filter(({ emitted, target: there }) => emitted !== there)).toEqual([])
  expect(sheet.targets.flatMap(({ totals }) => totals).length).toBeGreaterThan(5)
  expect((await hub('balance --by hour --csv')).out).toContain(`,shopify-orders,order.v1,${target},settled,balanced`)
  expect(await hub('balance --html')).toMatchObject({ exit: 3, out: expect.stringContaining('nothing is known to be lost') as string })

  const status = JSON.parse((await hub('status --json')).out) as Status
  expect(status.targets.find((one) => one.target === target)).toMatchObject({ held: null })
  expect(status.targets.find((one) => one.target === 'crm-http')).toMatchObject({ held: { why: 'deliver' } })
  await eventually(30_000, async () => {
    const metrics = await (await fetch(`${reconciler.url}/metrics`)).text()
    expect(metrics).toMatch(new RegExp(`hub_verified_age\\S*\\{[^}]*hub_target="${target}"`))
    expect(metrics).toMatch(new RegExp(`hub_balance_remainder\\S*\\{[^}]*hub_unit="${target}"[^}]*\\} 0`))
  })
  expect(await it.findings()).toEqual([])
})

test('no kill of any program under a steady feed is an alarm, and in the end everything is proven', { timeout: 240_000 }, async () => {
  await using it = await BalancedHub.prepare('balance-kills')
  const programs = { reconciler: await it.start('reconciler'), translator: await it.start('translator'), sink: await it.start('sink') }
  let fed = false
  const feeding = it.route.feed(6_000, { seed: 'kills', rate: 300 }).then(() => { fed = true })
  for (let kill = 0; !fed; kill++) {
    const name = (['translator', 'sink', 'reconciler'] as const)[kill % 3]!
    await sleep(500 + Math.random() * 1_000)
    programs[name].kill('SIGKILL')
    await programs[name].exited
    programs[name] = await it.start(name)
  }
  await feeding
  const sent = Date.now()
  await eventually(120_000, async () => expect(await it.through()).toBeGreaterThan(sent))
  expect(await it.findings()).toEqual([])
})

test('a sink that miscounts and a receipt that a translator has lost are found; their blocks hold verified through, and their neighbours go on', { timeout: 240_000 }, async () => {
  await using it = await BalancedHub.prepare('balance-faults')
  await it.start('reconciler')
  await it.start('translator', withInstead({ 'services/runtime/kafka/output.js': 'lossy-output.js' }, { TEST_KEY: 'source.stripe.events/2', HUB_CHUNK_RECORDS: '20' }))
  await it.start('sink', withInstead({ 'services/sink/letters.js': 'miscounting-letters.js' }, { TEST_TOPIC: 'canonical.order.v1', TEST_FEWER: 'source.shopify.orders', TEST_OTHERS: 'source.woocommerce.orders' }))
  await it.route.feed(3_000, { seed: 'faults' })
  const sent = Date.now(), found = await eventually(120_000, async () => {
    const all = await it.findings(), fields = all.map(({ fields: these }) => (these as { field: string }[]).map(({ field }) => field))
    expect(all.filter(({ kind, unit }) => kind === 'balance.source' && unit === 'stripe-events')).toHaveLength(1)
    expect(fields.filter((these) => these.includes('arrived: count'))).not.toEqual([])
    expect(fields.filter((these) => these.includes('arrived: keys') && !these.includes('arrived: count'))).not.toEqual([])
    return all
  })
  const placeOf = (topic: string, partition: number) => `${topic}/${partition}`
  const spoilt = new Set(found.map(({ place }) => { const { topic, partition } = place as { topic: string; partition: number }; return placeOf(topic, partition) }))
  await eventually(60_000, async () => {
    const rows = await it.rows()
    expect(new Set(rows.filter(({ held }) => held === 'difference').map(({ topic, partition }) => placeOf(topic, partition)))).toEqual(spoilt)
    expect(rows.filter(({ oldest, topic, partition }) => oldest !== null && !spoilt.has(placeOf(topic, partition)))).toEqual([])
  })
  expect(spoilt.size).toBeLessThan((await it.rows()).length / 2)
  for (let look = 0; look < 3; look++) { await sleep(2_500); expect(await it.through()).toBeLessThan(sent) }
  expect(found.every(({ kind }) => kind.startsWith('balance.'))).toBe(true)
})

/** By source partition: the lowest offset whose record the warehouse has not read, as its positions and the canonical topics say. */
async function firstsUnderway({ route, warehouse }: BalancedHub): Promise<Map<string, number>> {
  const { rows } = await warehouse.pool.query<{ topic: string; partition: number; next: string }>('select topic, partition, next from hub.position'), firsts = new Map<string, number>()
  for (const { model } of mapping) for (const { partition, record } of await readAll(route.kafka.control, route.names.canonical(model))) {
    if (record.offset < Number(rows.find((it) => it.topic === route.names.canonical(model) && it.partition === partition)?.next ?? 0)) continue
    const { topic, partition: of, offset } = record.value === null ? deletedMeta(record).origin : modelCodec(model).decode(record.value, () => schemaText(model)).meta.origin
    firsts.set(`${topic}/${of}`, Math.min(offset, firsts.get(`${topic}/${of}`) ?? Infinity))
  }
  return firsts
}

test('of a block that is never empty everything before the first record that is on its way is proven', { timeout: 240_000 }, async () => {
  await using it = await BalancedHub.prepare('trickle')
  const reconciler = await it.start('reconciler')
  await it.start('translator')
  const sink = await it.start('sink'), feeding = it.route.feed(3_000, { seed: 'trickle', bad: 0.01, rate: 600 })
  await eventually(60_000, async () => { const { rows: [some] } = await it.warehouse.pool.query<{ n: number }>('select sum(next)::int as n from hub.position'); expect(some!.n).toBeGreaterThan(800) })
  await sink.stop()
  await feeding
  await it.route.translated()
  const firsts = await firstsUnderway(it)
  expect(firsts.size).toBeGreaterThan(3)
  const receiptAt = async ({ topic, partition, through }: { topic: string; partition: number; through: bigint }) =>
    it.ledger.receipt.findFirst({ where: { stage: 'translate', topic, partition, from: { lte: Number(through) } }, orderBy: { from: 'desc' } })
  await eventually(60_000, async () => {
    for (const row of (await it.rows()).filter(({ topic, partition }) => firsts.has(`${topic}/${partition}`))) {
      const first = firsts.get(`${row.topic}/${row.partition}`)!, receipt = (await receiptAt(row))!
      expect(Number(row.through)).toBeLessThanOrEqual(first)
      expect([row.topic, row.partition, Number(receipt.next) > first]).toEqual([row.topic, row.partition, true])
      const { _min: { oldest } } = await it.ledger.receipt.aggregate({ where: { stage: 'translate', topic: row.topic, partition: row.partition, from: { gte: row.through } }, _min: { oldest: true } })
      expect(row.oldest).toEqual(oldest)
    }
  })
  const proven = await it.rows()
  expect(proven.filter(({ topic, partition, through }) => firsts.has(`${topic}/${partition}`) && through > 0).length).toBeGreaterThan(3)
  expect(await it.findings()).toEqual([])

  // By equal sums alone it would wait for a moment when nothing is on its way.
  await reconciler.stop()
  const anew = await it.anew(), blind = withInstead({ 'services/reconciler/balance/on-its-way.js': 'sums-alone.js' }, { HUB_LEDGER_URL: anew.url })
  await it.start('reconciler', blind)
  await eventually(60_000, async () => expect((await anew.ledger.position.findMany()).length).toBeGreaterThan(3))
  await sleep(10_000)
  const alone = await anew.ledger.verified.findMany({ where: { target } }), of = ({ topic, partition }: { topic: string; partition: number }) => `${topic}/${partition}`
  expect(alone.filter((row) => firsts.has(of(row)) && row.through < proven.find((other) => of(other) === of(row))!.through).length).toBeGreaterThan(3)
  await anew.ledger.$disconnect()
})
