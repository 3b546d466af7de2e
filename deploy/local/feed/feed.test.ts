import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { parseExact } from '../../../canonical/exact.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import type { Outcome } from '../../../canonical/source.ts'
import inventoryCustomers from '../../../services/translator/sources/inventory-customers/mapping.ts'
import inventoryProducts from '../../../services/translator/sources/inventory-products/mapping.ts'
import inventoryStock from '../../../services/translator/sources/inventory-stock/mapping.ts'
import shopifyOrders from '../../../services/translator/sources/shopify-orders/mapping.ts'
import stripeEvents from '../../../services/translator/sources/stripe-events/mapping.ts'
import woocommerceOrders from '../../../services/translator/sources/woocommerce-orders/mapping.ts'
import { makeFeed, type FeedRecord } from './feed.ts'
import { sourceNames, type SourceName } from './sources.ts'
import { badKinds } from './spoil.ts'
import { Tally } from './tally.ts'

const mappings: Record<SourceName, { translate: (payload: unknown) => Outcome }> = {
  'shopify-orders': shopifyOrders, 'stripe-events': stripeEvents, 'woocommerce-orders': woocommerceOrders,
  'inventory-customers': inventoryCustomers, 'inventory-products': inventoryProducts, 'inventory-stock': inventoryStock,
}

function outcomeOf(record: FeedRecord): Outcome | null {
  try {
    return mappings[record.source].translate(record.value === null ? null : parseExact(record.value))
  } catch (error) {
    if (error instanceof Rejected || error instanceof Refused) return null
    throw error
  }
}

/** What the feed says must come out of a record, in the words of what did. */
const expected = (record: FeedRecord): string =>
  record.class.startsWith('bad:') ? 'rejected'
    : record.class.startsWith('filtered:') ? record.class
      : record.gives.map(({ tracked, version, deleted }) => `${tracked.model} ${tracked.entity} ${version}${deleted ? ' deleted' : ''}`).join(', ')
const found = (outcome: Outcome | null): string =>
  outcome === null ? 'rejected' : 'filtered' in outcome ? `filtered:${outcome.filtered}`
    : outcome.records.map(({ model, entity, version, value }) => `${model} ${entity} ${version}${value === null ? ' deleted' : ''}`).join(', ')

const digest = (seed: string, sources: readonly SourceName[] = sourceNames): string => {
  const hash = createHash('sha256')
  for (const { topic, key, value, class: kind } of makeFeed({ seed, sources, bad: 0.02 }).take(3_000)) hash.update(topic).update(key).update(value ?? 'null').update(kind)
  return hash.digest('hex')
}

test('the same seed gives the same bytes, another seed gives others', () => {
  expect(digest('a')).toBe(digest('a'))
  expect(digest('a')).not.toBe(digest('b'))
})

test.each(sourceNames)('what the manifest expects of 5,000 records of %s is what the mapping makes of them', (source) => {
  const feed = makeFeed({ seed: 'five thousand', sources: [source], bad: 0.05 })
  const tally = new Tally()
  const different: string[] = []
  for (const record of feed.take(5_000)) {
    const outcome = outcomeOf(record)
    tally.add(record.source, outcome)
    if (found(outcome) !== expected(record)) different.push(`${record.class}: expected ${expected(record)}, found ${found(outcome)}`)
  }
  expect(different).toEqual([])
  const { sources, models, balances } = feed.manifest()
  expect(tally.sources()).toEqual({ [source]: { sent: 5_000, mapped: sources[source]?.mapped, filtered: sources[source]?.filtered, rejected: sources[source]?.rejected } })
  expect(tally.models()).toEqual(models)
  expect(tally.balances()).toEqual(balances)
})

test('the end totals of a feed of all sources equal those of the translated records', () => {
  const feed = makeFeed({ seed: 'all', bad: 0.01 })
  const tally = new Tally()
  for (const record of feed.take(10_000)) tally.add(record.source, outcomeOf(record))
  const { models, balances } = feed.manifest()
  expect(tally.models()).toEqual(models)
  expect(tally.balances()).toEqual(balances)
})

test.each(sourceNames)('each way in which a record of %s can be bad is met and refused', (source) => {
  const met = new Set<string>()
  for (const record of makeFeed({ seed: 'bad', sources: [source], bad: 0.3 }).take(4_000)) {
    if (!record.class.startsWith('bad:')) continue
    expect(outcomeOf(record), record.class).toBeNull()
    met.add(record.class.slice(4))
  }
  expect([...met].sort()).toEqual([...badKinds(source)].sort())
})

test('a feed has updates, deletes, duplicates, late older states and equal versions, and payments belong to orders', () => {
  const feed = makeFeed({ seed: 'life' })
  const records = [...feed.take(20_000)]
  const share = (of: string) => records.filter((record) => record.class === of).length / records.length
  expect(share('update')).toBeGreaterThan(0.1)
  for (const kind of ['delete', 'duplicate', 'stale']) expect(share(kind), kind).toBeGreaterThan(0.003)
  const orders = new Set(records.filter(({ source }) => source === 'shopify-orders').map(({ value }) => (JSON.parse(String(value)) as { name: string }).name))
  const charges = records.filter(({ source, key }) => source === 'stripe-events' && key.toString().startsWith('ch_'))
  const paid = charges.filter(({ value }) => orders.has(`#${(JSON.parse(String(value)) as { data: { object: { metadata: { order_id: string } } } }).data.object.metadata.order_id}`))
  expect(paid.length / charges.length).toBeGreaterThan(0.9)
  const bySecond = Map.groupBy(records.flatMap(({ gives }) => gives), ({ tracked, version }) => `${tracked.entity} ${version}`)
  expect([...bySecond.values()].some((given) => new Set(given.map(({ state }) => state)).size > 1)).toBe(true)
})

test('a feed without a seed that is started again goes on with newer states of what it knew, and with new orders', async () => {
  const first = makeFeed(), before = [...first.take(60)].flatMap(({ gives }) => gives)
  await sleep(1_100)
  const known = Map.groupBy(before, ({ tracked }) => `${tracked.model} ${tracked.entity}`)
  const again = [...makeFeed().take(60)].flatMap(({ gives }) => gives).filter(({ tracked }) => known.has(`${tracked.model} ${tracked.entity}`))
  expect(again.length).toBeGreaterThan(3)
  for (const { tracked, version } of again) {
    expect(tracked.entity).toMatch(/^inventory:/)
    expect(version).toBeGreaterThan(Math.max(...(known.get(`${tracked.model} ${tracked.entity}`) ?? []).map((given) => given.version)))
  }
})

test('an exact duplicate has the bytes and the key of the record before it', () => {
  const seen = new Set<string>()
  for (const { source, key, value, class: kind } of makeFeed({ seed: 'twice' }).take(5_000)) {
    const content = `${source} ${key.toString()} ${value?.toString()}`
    expect(seen.has(content), kind).toBe(kind === 'duplicate' || (kind.startsWith('filtered:tombstone') && seen.has(content)))
    seen.add(content)
  }
})

test('after a bad payment nothing comes that would have to wait for it', () => {
  const held = new Set<string>(), behind: string[] = []
  let bad = 0
  for (const { key, gives, class: kind } of makeFeed({ seed: 'held', sources: ['stripe-events'], bad: 0.05 }).take(5_000)) {
    const payments = gives.filter(({ tracked }) => tracked.model === 'payment.v1')
    if (payments.some(({ tracked }) => held.has(tracked.entity) || held.has(key.toString()))) behind.push(`${kind} ${key.toString()}`)
    if (!kind.startsWith('bad:')) continue
    bad++
    held.add(key.toString()).add(`stripe:${key.toString()}:charge`).add(`stripe:${key.toString()}`)
  }
  expect([bad > 50, behind]).toEqual([true, []])
})
