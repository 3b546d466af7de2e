import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command, Selection } from '../canonical/models.generated.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { withInstead } from './faults/stepped.ts'
import { testHub, type TestHub } from './hub.ts'
import { ordered } from './ordered.ts'
import { eventually, Route } from './route.ts'
import { differences } from './translated.ts'

// Refused by yesterday's mapping, sent again through today's: translator and reconciler as they run.
let hub: TestHub, route: Route, ledger: Ledger, env: { HUB_LEDGER_URL: string }
beforeAll(async () => {
  hub = testHub('redrive')
  route = await Route.provision(hub)
  env = { HUB_LEDGER_URL: await hub.createDatabase('ledger') }
  await migrate(env.HUB_LEDGER_URL)
  ledger = openLedger(env.HUB_LEDGER_URL)
})
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose]() })

const everything: Selection = { ids: null, unit: null, group: null, code: null, entity: null, since: null, until: null }
const command = (it: Partial<Command>, times = 1) => ordered(hub, route, it, times)
const ended = (id: string) => eventually(90_000, async () => {
  const found = await ledger.command.findUnique({ where: { id } })
  if (found === null || found.status === 'running') throw new Error(`the command is ${found?.status ?? 'not taken in'}: ${JSON.stringify(await ledger.redrive.groupBy({ by: ['sent', 'outcome'], where: { command: id }, _count: true }))}`)
  return found
})
/** What the books say of the source records, all units and blocks together. */
async function counts(): Promise<Record<string, number>> {
  const rows = await ledger.blockCount.groupBy({ by: ['outcome'], where: { stage: 'translate', model: '' }, _sum: { count: true } })
  return Object.fromEntries(rows.map(({ outcome, _sum }) => [outcome, Number(_sum.count)]).filter(([, count]) => count !== 0))
}

test('what a wrong mapping refused comes through once, however often it is sent and whoever is killed, and the books follow', { timeout: 300_000 }, async () => {
  await route.feed(4_000, { seed: 'redrive', bad: 0.01 })
  const yesterday = withInstead({ 'canonical/source.js': 'picky-source.js', 'services/translator/breaker.js': 'no-breaker.js' })
  const old = await hub.start('translator', yesterday.env, yesterday.options)
  await route.translated()
  await old.stop()
  let reconciler = await hub.start('reconciler', { ...env, HUB_INSTANCE: 'reconciler' })
  await ledgerSettled()
  const picked = await ledger.rejection.count({ where: { code: 'value.not-one-of', status: 'open' } })
  expect(picked).toBeGreaterThan(500)

  // Today's mapping; three people ask at once, one command arrives twice, and both programs are killed on the way.
  let translator = await hub.start('translator', { HUB_INSTANCE: 'translator', HUB_CHUNK_RECORDS: '50' })
  const ids = [await command({ selection: { ...everything, code: 'value.not-one-of' }, perSecond: 400 }, 2), await command({ selection: { ...everything, unit: 'shopify-orders' } }), await command({ selection: { ...everything, code: 'value.not-one-of' } })]
  for (let kill = 0; kill < 3; kill++) {
    await sleep(700 + Math.random() * 600)
    for (const program of [translator, reconciler]) program.kill('SIGKILL')
    await Promise.all([translator.exited, reconciler.exited])
    reconciler = await hub.start('reconciler', { ...env, HUB_INSTANCE: 'reconciler' })
    translator = await hub.start('translator', { HUB_INSTANCE: 'translator', HUB_CHUNK_RECORDS: '50' })
  }
  for (const id of ids) expect(await ended(id)).toMatchObject({ status: 'done' })

  // What a newer state of its entity had passed is of use to nobody, and was closed instead.
  const passed = new Set((await ledger.rejection.findMany({ where: { outcome: 'superseded' } })).map((it) => `${it.originTopic}/${it.originPartition}/${it.originOffset}`))
  const { missing, extra } = await differences(route)
  expect({ missing: missing.filter((key) => !passed.has(key.split(' ')[0]!)), extra }).toEqual({ missing: [], extra: [] })
  expect(await ledger.redrive.count()).toBeGreaterThanOrEqual(picked)
  // Those of shopify-orders that are bad by any mapping were refused again; the others are as they were.
  await eventually(30_000, async () => expect(await ledger.rejection.count({ where: { status: 'redriving' } })).toBe(0))
  const open = await ledger.rejection.findMany({ where: { status: 'open' } })
  expect([open.length > 0, open.filter(({ code }) => code === 'value.not-one-of')]).toEqual([true, []])
  const { read, rejected, ...others } = await counts()
  expect([rejected, others['superseded'] ?? 0]).toEqual([open.length, passed.size])
  expect(read).toBe(rejected! + others['mapped']! + (others['filtered'] ?? 0) + passed.size)

  // Sent again by hand, as a restored backup of the topic might: nothing happens.
  const before = await differences(route), { names } = route
  for (const unit of ['shopify-orders', 'stripe-events']) {
    const all = await readAll(route.kafka.control, names.redriveSource(unit))
    await route.producer().send(names.redriveSource(unit), all.map(({ partition, record }) => ({ partition, key: record.key, value: record.value, headers: record.headers })))
  }
  await route.producer().send(names.redriveSource('shopify-orders'), [{ partition: 0, key: null, value: '{}', headers: { hub_redrive: '{"ask":"redrive"}' } }, { partition: 0, key: null, value: '{}' }])
  await translator.logged(/redrive\.refused[^]*redrive\.refused/)
  await sleep(1_000)
  expect(await differences(route)).toEqual(before)

  const discard = await command({ act: 'discard', selection: { ...everything, unit: 'shopify-orders' } })
  await translator.ready()
  expect(await ended(discard)).toMatchObject({ status: 'done', detail: expect.stringMatching(/^\d+ discarded$/) as string })
  expect(await ledger.rejection.count({ where: { unit: 'shopify-orders', status: 'open' } })).toBe(0)
  const after = await counts()
  expect([after['read'], after['rejected']! + after['discarded']!]).toEqual([read, rejected])
  await Promise.all([translator.stop(), reconciler.stop()])
})

test('without asking whether a rejection is open, what is sent again is there again and again', { timeout: 120_000 }, async () => {
  const { names } = route, topic = names.redriveSource('stripe-events')
  const unguarded = withInstead({ 'services/translator/open-rejections.js': 'everything-open.js' })
  const translator = await hub.start('translator', { HUB_SOURCES: 'stripe-events', ...unguarded.env }, unguarded.options)
  const all = await readAll(route.kafka.control, topic)
  await route.producer().send(topic, all.map(({ partition, record }) => ({ partition, key: record.key, value: record.value, headers: record.headers })))
  await eventually(60_000, async () => expect((await differences(route)).extra.filter((it) => / \d+ times$/.test(it)).length).toBeGreaterThan(0))
  await translator.stop()
})

/** Waits until the reconciler has read every rejection there is. */
const ledgerSettled = () => eventually(60_000, async () => {
  let there = 0
  const { names } = route
  for (const unit of ['shopify-orders', 'woocommerce-orders', 'stripe-events', 'inventory-products', 'inventory-customers', 'inventory-stock']) there += (await readAll(route.kafka.control, names.rejected(unit))).length
  const found = await ledger.rejection.findMany({ select: { code: true } })
  if (found.length !== there) throw new Error(`the ledger holds ${found.length} of ${there} rejections`)
  return found
})
