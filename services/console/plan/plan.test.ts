import { expect, test } from 'vitest'
import { sourceCard, targetCard, type SourceCard, type TargetCard } from '../../../canonical/card.ts'
import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { micros, seconds } from '../../../canonical/micros.ts'
import type { Mapping } from '../../../canonical/mapping.ts'
import type { Source } from '../../../canonical/source.ts'
import { names } from '../../runtime/names.ts'
import { planOf } from './plan.ts'

const ownership = { owner: 'o', steward: 's', onCall: 'c', tolerance: 'PT1M', runbook: 'r', review: '2027-01-01' } as const
const sourceOf = (version: SourceCard['version'], get: (...values: never[]) => unknown = micros as never) => ({
  card: sourceCard({ name: `by-${version.replace('_', '-')}`, says: 'A source.', system: 'Shop', topic: 'source.shop.orders', partitions: 4, cadence: 'PT1H', version, ...ownership }),
  source: { kinds: [{ gives: [{ model: 'order.v1', version: { says: 'Last change at the shop.', from: 'updated_at', get } } as unknown as Mapping] }] } as unknown as Source,
})
const database = targetCard({ name: 'house-postgres', says: 'Tables.', kind: 'database', models: ['order.v1'], ...ownership })
const api = targetCard({ name: 'desk-http', says: 'API.', kind: 'api', models: ['order.v1', 'customer.v1'], keyLifetime: 'P1D', ...ownership })
const planned = (source: ReturnType<typeof sourceOf>, target: TargetCard) => planOf({ sources: [source], models: modelCards, targets: [target] }, names('shop'))

test('a route is every model that a source gives and a target takes, and nothing else', () => {
  const { routes } = planOf({ sources: [sourceOf('position')], models: modelCards, targets: [database, api] }, names('shop'))
  expect(routes.map(({ source, model, target }) => [source, model, target])).toEqual([['by-position', 'order.v1', 'house-postgres'], ['by-position', 'order.v1', 'desk-http']])
  expect(routes[0]).toMatchObject({ from: 'shop.source.shop.orders', through: 'shop.canonical.order.v1' })
})

test('a database target is promised exactly once, and nothing weakens it', () => {
  expect(planned(sourceOf('position'), database).routes[0]?.delivery).toMatchObject({ promise: 'exactly once', weakenedBy: [] })
})

test('an API is never promised exactly once without its condition', () => {
  const delivery = planned(sourceOf('position'), api).routes[0]?.delivery
  expect(delivery?.promise).toBe('exactly once, while an open effect is resolved within P1D')
  expect(delivery?.weakenedBy).toHaveLength(1)
  expect(delivery?.refuses[0]).toContain('"exactly once" without that condition')
})

test('the weaker the version, the weaker the word on order', () => {
  const orderOf = (version: SourceCard['version'], get?: (...values: never[]) => unknown) => planned(sourceOf(version, get), database).routes[0]!.order
  expect(orderOf('position')).toMatchObject({ weakenedBy: [] })
  expect(orderOf('updated_at').weakenedBy[0]).toContain('one and the same time')
  expect(orderOf('updated_at', seconds as never).weakenedBy[0]).toContain('whole seconds')
  expect(orderOf('offset').promise).not.toContain('an older state never overwrites')
  expect(orderOf('offset').refuses.at(-1)).toContain('an older state never overwrites')
})

test('the mapping\'s own sentence says where the version comes from', () => {
  expect(planned(sourceOf('updated_at'), database).routes[0]?.order.by).toContain('Last change at the shop')
})

test('of a strict model the plan says what order through refusals needs of the source, and where it is weaker', () => {
  const payments = (split: readonly string[]) => {
    const { card, source } = sourceOf('position'), [kind] = source.kinds, [mapping] = kind!.gives
    const it = { card: { ...card, split }, source: { kinds: [{ ...kind!, gives: [{ ...mapping, model: 'payment.v1' }] }] } as unknown as Source }
    return planOf({ sources: [it], models: modelCards, targets: [targetCard({ ...database, models: ['payment.v1'] })] }, names('shop')).routes[0]!.order
  }
  const order = payments([]), needs = 'All records of an entity come under one Kafka key'
  expect([order.promise, order.needs.some((it) => it.startsWith(needs)), order.weakenedBy.length]).toEqual([expect.stringContaining('in order, through refusals too') as string, true, 1])
  const split = payments(['Parts come under two keys.'])
  expect([split.promise, split.weakenedBy[1], split.refuses[1]]).toEqual([expect.stringContaining('of what comes under one key every record') as string, 'Parts come under two keys. A refused record holds back only what comes in the same partition.', expect.stringContaining('"order through refusals"') as string])
  expect(planned(sourceOf('position'), database).routes[0]!.order.needs.some((it) => it.startsWith(needs))).toBe(false)
})
