import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelCodec } from '../canonical/codec.ts'
import { schemaText } from '../canonical/schemas.ts'
import type { CommandState } from '../services/console/api/orders.schema.ts'
import { runCommand } from '../services/console/cli/run-command.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { withInstead } from './faults/stepped.ts'
import { Warehouse } from './faults/warehouse.ts'
import { testHub, type TestHub, type TestProgram } from './hub.ts'
import { eventually, Route } from './route.ts'

// A wrong mapping has shipped: translator, sink, reconciler and console as they run.
const unit = 'shopify-orders'
let hub: TestHub, route: Route, ledger: Ledger, warehouse: Warehouse, url: string, database: string
const token = randomBytes(16).toString('hex')
beforeAll(async () => {
  hub = testHub('remap')
  route = await Route.provision(hub)
  database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  url = (await (await hub.start('console', { HUB_LEDGER_URL: database, HUB_CONSOLE_TOKEN: token, HUB_CONSOLE_PORT: '0' })).logged(/"console\.listening","url":"([^"]+)"/))[1]!
})
afterAll(async () => { await ledger.$disconnect(); await warehouse[Symbol.asyncDispose](); await route[Symbol.asyncDispose]() })

const wrong = () => withInstead({ 'canonical/source.js': 'wrong-source.js' })
type Mapping = 'right' | 'wrong'
const start = (program: 'translator' | 'reconciler', mapping: Mapping, more: Record<string, string> = {}): Promise<TestProgram> => {
  const { env, options } = mapping === 'wrong' ? wrong() : { env: {}, options: {} }
  return hub.start(program, { HUB_INSTANCE: program, ...(program === 'reconciler' ? { HUB_LEDGER_URL: database } : { HUB_CHUNK_RECORDS: '50' }), ...env, ...more }, options)
}
const command = async (...args: string[]) => JSON.parse(await text(...args, '--json')) as CommandState
async function text(...args: string[]): Promise<string> {
  let out = ''
  await runCommand([...args, '--url', url, '--token', token], { out: { write: (text) => { out += text } }, err: { write: (text) => { throw new Error(String(text)) } }, env: { HUB_ACTOR: 'ada' } })
  return out
}
const ended = (id: string) => eventually(120_000, async () => {
  const found = await ledger.command.findUniqueOrThrow({ where: { id } })
  if (found.status === 'running') throw new Error(`still running: ${JSON.stringify(await ledger.republish.groupBy({ by: ['sent', 'outcome'], where: { command: id }, _count: true }))}`)
  return found
})

interface Order { readonly origin: string; readonly entity: string; readonly version: number; readonly revision: number; readonly channel: string | null }
/** What lies in the topic of orders, of the source that was wrong and of others. */
async function orders(): Promise<Order[]> {
  const codec = modelCodec('order.v1')
  return (await readAll(route.kafka.control, route.names.canonical('order.v1'))).flatMap(({ record }) => {
    if (record.value === null) return []
    const { meta: { source, origin, entity, version, revision }, channel } = codec.decode(record.value, () => schemaText('order.v1'))
    return source === unit ? [{ origin: `${origin.partition}/${origin.offset}`, entity, version, revision, channel }] : []
  })
}
const isWrong = ({ channel }: Order) => channel === 'the wrong one'
/** By origin: the revisions that were published, in order, and whether they were wrong. */
const publishedOf = (all: readonly Order[]) => new Map([...Map.groupBy(all, ({ origin }) => origin)].map(([origin, these]) => [origin, these.map((it) => `${it.revision}${isWrong(it) ? ' wrong' : ''}`)]))

/** The books of both sides, when all receipts are read: what was emitted is what lies there, and what the warehouse has read, in number and in sum. */
async function balance() {
  const lying = (await readAll(route.kafka.control, route.names.canonical('order.v1'))).length
  return eventually(60_000, async () => {
    const of = async (stage: string, outcome: string) => {
      const rows = await ledger.blockCount.findMany({ where: { stage, outcome, model: 'order.v1' } })
      return { count: rows.reduce((sum, it) => sum + Number(it.count), 0), hash: rows.reduce((sum, it) => BigInt.asUintN(64, sum + BigInt(it.hashSum.toFixed(0))), 0n) }
    }
    const emitted = await of('translate', 'emitted'), read = await of('deliver', 'read')
    expect([emitted.count, read]).toEqual([lying, emitted])
    const source = Object.fromEntries((await ledger.blockCount.groupBy({ by: ['outcome'], where: { stage: 'translate', model: '', unit }, _sum: { count: true } })).map(({ outcome, _sum }) => [outcome, Number(_sum.count)]))
    expect(source['read']).toBe(source['mapped']! + (source['filtered'] ?? 0) + (source['rejected'] ?? 0) + (source['superseded'] ?? 0))
    return { emitted: emitted.count, mapped: source['mapped'] }
  })
}
const held = async () => (await warehouse.pool.query<{ entity: string; channel: string | null; revision: number }>(`select entity, channel, revision from orders where entity like 'shopify:%'`)).rows

test('a wrong mapping that has shipped is put right: each wrong record once more with a raised revision, whoever is killed', { timeout: 400_000 }, async () => {
  await route.feed(2_000, { seed: 'remap' })
  const old = await start('translator', 'wrong')
  await route.translated()
  await old.stop()
  const sink = await hub.start('sink', warehouse.env())
  await warehouse.delivered()
  let reconciler = await start('reconciler', 'right')
  const before = await orders(), wrongOnes = before.filter(isWrong)
  expect([wrongOnes.length > 50, before.length - wrongOnes.length > 50]).toEqual([true, true])
  const booked = await balance()

  // The dry run counts exactly them and names the field; nothing is published, and what speaks of a person is not shown.
  const dry = await command('remap', unit, '--dry-run')
  expect(dry).toMatchObject({ act: 'compare', status: 'done', claimed: 0, comparison: { done: true, counts: { differs: wrongOnes.length } } })
  expect(dry.comparison!.read).toBe([...route.sent].filter(([place]) => place.includes('source.shopify.orders/')).reduce((sum, [, records]) => sum + records.length, 0))
  expect(dry.comparison!.fields).toMatchObject({ 'order.v1 channel': { count: wrongOnes.length, samples: expect.arrayContaining([{ from: 'the wrong one', to: 'web' }]) as unknown }, 'order.v1 note': { count: wrongOnes.length } })
  expect(Object.keys(dry.comparison!.fields)).toHaveLength(2)
  expect(JSON.stringify(dry)).not.toMatch(/Ada|Lovelace/)
  const told = await text('remap', unit, '--from', '1h', '--dry-run')
  expect(told).toMatch(new RegExp(`done\n.*nothing was changed:\n[^]*${wrongOnes.length}  differs: [^]*COUNT +FIELD +WAS +BECOMES\n[^]*${wrongOnes.length}  order.v1 channel  the wrong one  `))
  expect(await orders()).toEqual(before)

  const { id } = await command('remap', unit, '--reason', 'the channel was wrong', '--rate', '60', '--no-wait')
  let translator = await start('translator', 'right')
  for (let kill = 0; kill < 3; kill++) {
    await eventually(60_000, async () => expect(await ledger.republish.count({ where: { command: id, sent: true } })).toBeGreaterThan(kill * 30))
    await sleep(Math.random() * 500)
    for (const program of [translator, reconciler]) program.kill('SIGKILL')
    await Promise.all([translator.exited, reconciler.exited])
    reconciler = await start('reconciler', 'right')
    translator = await start('translator', 'right')
  }
  expect(await ended(id)).toMatchObject({ status: 'done', detail: `${wrongOnes.length} republished` })
  expect(await ledger.audit.findFirst({ where: { act: 'remap' } })).toMatchObject({ actor: 'ada', subject: unit, reason: 'the channel was wrong', before: { differs: wrongOnes.length }, after: { republished: wrongOnes.length } })

  const after = publishedOf(await orders()), expected = new Map([...publishedOf(before)].map(([origin, [was]]) => [origin, was === '0 wrong' ? ['0 wrong', '1'] : ['0']]))
  expect(after).toEqual(expected)
  await warehouse.delivered()
  const rows = await held(), wrongEntities = new Set(wrongOnes.map(({ entity }) => entity))
  expect(rows.filter((it) => it.channel === 'the wrong one')).toEqual([])
  expect(rows.filter((it) => it.revision !== (wrongEntities.has(it.entity) ? 1 : 0))).toEqual([])
  expect(await balance()).toEqual({ emitted: booked.emitted + wrongOnes.length, mapped: booked.mapped })

  // Undone with the mapping of before: the wrong ones again, with revision 2. Then right once more.
  for (const [mapping, revision] of [['wrong', 2], ['right', 3]] as const) {
    await Promise.all([translator.stop(), reconciler.stop()])
    translator = await start('translator', mapping)
    reconciler = await start('reconciler', mapping)
    expect(await command('remap', unit, '--reason', `${mapping} again`)).toMatchObject({ status: 'done', outcomes: { republished: wrongOnes.length } })
    await warehouse.delivered()
    expect((await held()).filter((it) => wrongEntities.has(it.entity) && !(it.revision === revision && (it.channel === 'the wrong one') === (mapping === 'wrong')))).toEqual([])
  }

  // The whole redrive topic once more, as a restored backup might send it years after: nothing happens.
  const lies = await orders(), topic = route.names.redriveSource(unit), all = await readAll(route.kafka.control, topic)
  await route.producer().send(topic, all.map(({ partition, record }) => ({ partition, key: record.key, value: record.value, headers: record.headers })))
  // In another partition its mark would let it pass.
  await route.producer().send(topic, all.map(({ partition, record }) => ({ partition: (partition + 1) % 4, key: record.key, value: record.value, headers: record.headers })))
  await translator.logged(/redrive\.refused/)
  await redriven(topic)
  expect(await orders()).toEqual(lies)
  await balance()

  // A translator that runs another mapping than was compared with publishes nothing; and a cancelled remap ends where it is.
  await translator.stop()
  translator = await start('translator', 'wrong')
  await reconciler.stop()
  reconciler = await start('reconciler', 'wrong')
  const slow = await command('remap', unit, '--reason', 'slowly', '--rate', '2', '--no-wait')
  await eventually(60_000, async () => expect(await ledger.republish.count({ where: { command: slow.id, outcome: 'republished' } })).toBeGreaterThan(1))
  expect(await command('cancel', slow.id, '--reason', 'enough')).toMatchObject({ status: 'done' })
  expect(await ledger.command.findUnique({ where: { id: slow.id } })).toMatchObject({ status: 'cancelled' })
  await reconciler.stop()
  reconciler = await start('reconciler', 'right')
  const refused = await command('remap', unit, '--reason', 'the translator was forgotten')
  expect(Object.keys(refused.outcomes)).toEqual(['other-mapping'])
  expect((await orders()).filter((it) => it.revision > 4)).toEqual([])
  await Promise.all([translator.stop(), reconciler.stop(), sink.stop()])
})

/** Waits until the translator is at the end of the redrive topic. */
const redriven = (topic: string) => eventually(60_000, async () => {
  const positions = await route.admin.groupOffsets(route.names.translatorGroup(unit))
  for (const [partition, end] of (await route.admin.topicOffsets(topic, 'latest')).entries()) expect(positions.find((it) => it.topic === topic && it.partition === partition)?.offset ?? 0).toBeGreaterThanOrEqual(end)
})

test('without the mark what is sent again is published again', { timeout: 120_000 }, async () => {
  const topic = route.names.redriveSource(unit), before = await orders(), all = await readAll(route.kafka.control, topic)
  const { env, options } = withInstead({ 'services/translator/republish-mark.js': 'everything-passes.js' })
  const translator = await hub.start('translator', { HUB_SOURCES: unit, ...env }, options)
  await route.producer().send(topic, all.map(({ partition, record }) => ({ partition, key: record.key, value: record.value, headers: record.headers })))
  await redriven(topic)
  const doubled = [...Map.groupBy(await orders(), ({ origin, revision }) => `${origin} ${revision}`).values()].filter((these) => these.length > 1)
  expect([[...publishedOf(before).values()].every((revisions) => new Set(revisions).size === revisions.length), doubled.length > 50]).toEqual([true, true])
  await translator.stop()
})
