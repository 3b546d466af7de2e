import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Made } from '../canonical/compile.ts'
import { kafkaTime, type Micros } from '../canonical/micros.ts'
import type { Command, TimeRange } from '../canonical/models.generated.ts'
import { Refused } from '../canonical/refused.ts'
import type { Outcome, Translation } from '../canonical/source.ts'
import { takeCommand } from '../services/reconciler/redrive/take-command.ts'
import { RunningActs } from '../services/reconciler/running-acts.ts'
import { Comparer } from '../services/reconciler/remap/comparer.ts'
import type { Compared } from '../services/runtime/compared.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import { Registry } from '../services/runtime/registry.ts'
import { sources } from '../services/translator/sources/index.generated.ts'
import { testHub, type TestHub } from './hub.ts'
import { eventually, Route } from './route.ts'

// What the translator has made, beside a mapping of today that differs in every way there is.
const { card, source } = sources['shopify-orders']
let hub: TestHub, route: Route, ledger: Ledger, turn = 0
beforeAll(async () => {
  hub = testHub('compare')
  route = await Route.provision(hub)
  const database = await hub.createDatabase('ledger')
  await migrate(database)
  ledger = openLedger(database)
  await route.feed(3_000, { seed: 'compare', bad: 0.03, rate: 1_500 })
  const translator = await hub.start('translator')
  await route.translated()
  await translator.stop()
})
afterAll(async () => { await ledger.$disconnect(); await route[Symbol.asyncDispose]() })

const orderIn = (outcome: Outcome): Made | undefined => ('records' in outcome ? outcome.records.find(({ model, value }) => model === 'order.v1' && value !== null) : undefined)
const numberOf = ({ entity }: Made): number => Number(entity.replaceAll(/\D/g, '')) % 7
let any: Outcome | null = null
/** Today's mapping: by the order's number it gives other content, filters, refuses, or speaks of another entity; and it takes what was refused. */
const today: Translation = { ...source, translateBytes: (value) => {
  let outcome: Outcome
  try { outcome = source.translateBytes(value) } catch { return any! }
  const order = orderIn(outcome)
  if (order === undefined) return outcome
  if (numberOf(order) === 2) return { filtered: 'of-no-use' }
  if (numberOf(order) === 3) throw new Refused('value.not-one-of', 'something else', 1)
  if (numberOf(order) === 1) Object.assign(order.value as object, { channel: 'another' })
  if (numberOf(order) === 4) order.entity += '9'
  any ??= outcome
  return outcome
} }

const sent = (name: string = card.name) => [...route.sent.values()].flat().filter((it) => it.source === name)
/** What a person would count by hand. */
function byHand(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { value } of sent()) {
    let verdict = 'same'
    try {
      const order = orderIn(source.translateBytes(value))
      if (order !== undefined) verdict = ['same', 'differs', 'now-filtered', 'now-refused', 'another-state'][numberOf(order)] ?? 'same'
    } catch { verdict = 'was-not-there' }
    counts[verdict] = (counts[verdict] ?? 0) + 1
  }
  return counts
}

const comparer = (of: Translation = today) => new Comparer({ ledger, running: new RunningActs(ledger), cluster: route.kafka.control, names: route.names, registry: new Registry(hub.registryUrl), sources: [...Object.values(sources).filter((it) => it.card !== card), { card, source: of }], atOnce: 100 })
async function take(act: 'compare' | 'remap', range: TimeRange | null = null, subject: string = card.name): Promise<string> {
  const id = `${act}-${++turn}`, command: Command = { id, act, subject, actor: 'test', reason: 'agreed', at: kafkaTime(Date.now()), selection: null, perSecond: null, range, offsets: null, adopt: null }
  await ledger.$transaction((tx) => takeCommand(tx, command, turn))
  return id
}
const done = (id: string) => eventually(60_000, async () => {
  const found = await ledger.comparison.findUniqueOrThrow({ where: { command: id } })
  if (!found.done) throw new Error(`${found.read} of ${found.of}`)
  return { read: Number(found.read), ...found.result as Compared }
})

test('every source record gets one verdict, counted once, also where a comparer is stopped on the way and two go on', { timeout: 120_000 }, async () => {
  const id = await take('remap'), expected = byHand(), first = comparer()
  expect(Object.keys(expected).toSorted()).toEqual(['another-state', 'differs', 'now-filtered', 'now-refused', 'same', 'was-not-there'])
  await eventually(30_000, async () => expect((await ledger.comparison.findUniqueOrThrow({ where: { command: id } })).read).toBeGreaterThan(200n))
  await first.stop()
  expect((await ledger.comparison.findUniqueOrThrow({ where: { command: id } })).done).toBe(false)
  const both = [comparer(), comparer()], { read, counts, fields, examples } = await done(id)
  await Promise.all(both.map((it) => it.stop()))
  expect({ read, counts }).toEqual({ read: sent().length, counts: expected })
  expect(Object.entries(fields).map(([field, { count }]) => [field, count])).toEqual([['order.v1 channel', expected['differs']]])
  expect(examples['differs']).toHaveLength(3)
  expect(await ledger.republish.count({ where: { command: id } })).toBe(expected['differs'])
  expect(await ledger.audit.findFirst({ where: { act: 'remap' } })).toMatchObject({ before: { command: id, ...expected } })
  await ledger.command.update({ where: { id }, data: { status: 'cancelled' } })
})

test('the mapping that is in force gives what it gave, of every source: deletes, what was filtered, and what was refused', { timeout: 120_000 }, async () => {
  const its = comparer(source)
  for (const name of Object.keys(sources)) expect([name, (await done(await take('compare', null, name))).counts]).toEqual([name, { same: sent(name).length }])
  await its.stop()
})

test('two ranges that meet at an instant hold each record once', { timeout: 120_000 }, async () => {
  const times = (await readAll(route.kafka.control, route.names.topic(card.topic))).map(({ record }) => record.timestamp).sort((a, b) => a - b), middle = times[times.length >> 1]! * 1000 as Micros
  const its = comparer(), whole = await done(await take('compare')), parts = [await done(await take('compare', { from: null, to: middle })), await done(await take('compare', { from: middle, to: null }))]
  await its.stop()
  expect(parts.map(({ read }) => read > 0)).toEqual([true, true])
  expect(parts[0]!.read + parts[1]!.read).toBe(whole.read)
  for (const [verdict, count] of Object.entries(whole.counts)) expect((parts[0]!.counts[verdict] ?? 0) + (parts[1]!.counts[verdict] ?? 0)).toBe(count)
  expect(await ledger.command.count({ where: { act: 'compare', status: 'done', subject: card.name } })).toBe(4)
})

test('what another mapping has found is forgotten, and looked at anew', { timeout: 120_000 }, async () => {
  const id = await take('remap'), first = comparer()
  await eventually(30_000, async () => expect((await ledger.comparison.findUniqueOrThrow({ where: { command: id } })).read).toBeGreaterThan(200n))
  await first.stop()
  const second = comparer({ ...source, fingerprint: 'of tomorrow' }), found = await done(id)
  await second.stop()
  expect([found.counts, await ledger.republish.count({ where: { command: id } })]).toEqual([{ same: sent().length }, 0])
})
