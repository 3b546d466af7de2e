import { expect, test } from 'vitest'
import { assemble } from './assemble.ts'
import type { Evidence, LedgerEvidence } from './evidence.ts'

const now = new Date('2026-01-01T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const said = (unit: string, topic: string, it: Partial<LedgerEvidence['states'][number]> = {}) =>
  ({ unit, topic, partition: 0, state: 'running', code: null, reason: null, position: 90n, instance: 'one', at: ago(5), ...it })
const nothing: LedgerEvidence = { states: [], latest: [], counts: [], breaks: { gaps: 0, overlaps: 0 }, verified: [], read: [{ topic: 'hub.states', partition: 0, next: 7n }] }
const running: LedgerEvidence = { ...nothing, states: [said('shop', 'source.shop'), said('house', 'canonical.order.v1')] }
const evidence = (it: Partial<Evidence> = {}): Evidence => ({
  now, hub: '', statesTopic: 'hub.states', lacks: [], ledger: running,
  endpoints: { kafka: { url: 'k', reachable: true, trouble: null } },
  routes: [{ source: 'shop', model: 'order.v1', target: 'house', sourceTopic: 'source.shop', sourcePartitions: 1, translatorGroup: 'hub.translator.shop', canonicalTopic: 'canonical.order.v1', canonicalPartitions: 1 }],
  kafka: { ends: new Map([['source.shop', [100]], ['canonical.order.v1', [95]], ['hub.states', [7]]]), committed: new Map([['hub.translator.shop', new Map([['source.shop/0', 98]])]]) },
  ...it,
})
const route = (it: Partial<Evidence> = {}) => assemble(evidence(it)).routes[0]!

test('a route that runs is in order, and its lag is that of both stages', () => {
  const status = assemble(evidence())
  expect(status.ok).toBe(true)
  expect(status.routes[0]).toMatchObject({ state: 'running', position: 90, lag: 7, translate: { position: 98, lag: 2 }, deliver: { position: 90, lag: 5 } })
})

test('a route is as bad as its worse stage, and gives its reason', () => {
  const paused = { ...running, states: [said('shop', 'source.shop', { state: 'paused', code: 'registry.unreachable', reason: 'away' }), running.states[1]!] }
  expect(assemble(evidence({ ledger: paused })).ok).toBe(false)
  expect(route({ ledger: paused })).toMatchObject({ state: 'paused', code: 'registry.unreachable', reason: 'away', deliver: { state: 'running' } })
})

test('who has said nothing for 30 seconds is silent, whatever was said before', () => {
  const silent = { ...running, states: [running.states[0]!, said('house', 'canonical.order.v1', { at: ago(31) })] }
  expect(route({ ledger: silent })).toMatchObject({ state: 'silent', code: 'unit.silent' })
})

test('old states are unknown, not silent, while the reconciler has newer ones to read', () => {
  const old = { ...running, states: running.states.map((it) => ({ ...it, at: ago(60) })), read: [{ topic: 'hub.states', partition: 0, next: 3n }] }
  expect(route({ ledger: old })).toMatchObject({ state: 'unknown', code: 'console.books_behind' })
})

test('who was never heard of is unknown, and the hub is not in order', () => {
  expect(route({ ledger: nothing }).state).toBe('unknown')
  expect(assemble(evidence({ ledger: nothing })).ok).toBe(false)
})

test('without the ledger there are positions of the translator, and no state is claimed', () => {
  const status = assemble(evidence({ ledger: null, lacks: [{ code: 'ledger.unreachable', says: '', todo: '', detail: '' }] }))
  expect(status).toMatchObject({ ok: false, books: null, routes: [{ state: 'unknown', translate: { position: 98, lag: 2 }, deliver: { position: null, lag: null } }] })
  expect(status.lacks).toHaveLength(1)
})

test('without Kafka there are states and positions, and no lag is claimed', () => {
  expect(route({ kafka: null })).toMatchObject({ state: 'running', lag: null, position: 90, translate: { position: 90 } })
})

test('a receipt that is newer than the last sign of life moves the position on', () => {
  const moved = { ...running, latest: [{ unit: 'house', topic: 'canonical.order.v1', partition: 0, next: 95n, newest: ago(2), at: ago(1) }] }
  expect(route({ ledger: moved })).toMatchObject({ position: 95, freshness: 2, deliver: { lag: 0 } })
})

test('an owner that has not met a record since it started is running, where the last receipt left it', () => {
  const latest = [{ unit: 'house', topic: 'canonical.order.v1', partition: 0, next: 95n, newest: ago(200), at: ago(190) }]
  const idle = { ...running, states: running.states.map((it) => ({ ...it, position: -1n })), latest }
  expect(route({ ledger: idle })).toMatchObject({ state: 'running', position: 95, lag: 2, deliver: { lag: 0 } })
  expect(route({ ledger: { ...idle, latest: [] } })).toMatchObject({ state: 'running', position: null, lag: null })
})

test('a target\'s counts are those of the route\'s source and model', () => {
  const count = (stage: string, unit: string, originTopic: string, model: string, outcome: string, records: bigint) => ({ stage, unit, originTopic, model, outcome, count: records })
  const ledger = { ...running, counts: [
    count('translate', 'shop', 'source.shop', '', 'mapped', 10n), count('translate', 'shop', 'source.shop', 'order.v1', 'emitted', 10n), count('translate', 'shop', 'source.shop', 'customer.v1', 'emitted', 8n),
    count('deliver', 'house', 'source.shop', 'order.v1', 'applied', 9n), count('deliver', 'house', 'source.other', 'order.v1', 'applied', 5n), count('deliver', 'house', 'source.shop', 'customer.v1', 'applied', 4n),
  ] }
  expect(route({ ledger })).toMatchObject({ counts: { applied: 9 }, translate: { counts: { mapped: 10, emitted: 10 } }, deliver: { counts: { applied: 14 } } })
})

test('a gap in the books or an endpoint that is down is not in order', () => {
  expect(assemble(evidence({ ledger: { ...running, breaks: { gaps: 1, overlaps: 0 } } })).ok).toBe(false)
  expect(assemble(evidence({ endpoints: { kafka: { url: 'k', reachable: false, trouble: null } } })).ok).toBe(false)
})

test('a new partition that waits for the older ones is seen with its reason, and lags by all that it holds', () => {
  const waiting = { ...running, states: [...running.states, said('shop', 'source.shop', { partition: 1, state: 'paused', code: 'kafka.partition_waits', reason: 'waits for source.shop/0', position: -1n })] }
  const found = route({ ledger: waiting, kafka: { ...evidence().kafka!, ends: new Map([['source.shop', [100, 40]], ['canonical.order.v1', [95]], ['hub.states', [7]]]) } })
  expect(found).toMatchObject({ state: 'paused', code: 'kafka.partition_waits', reason: 'waits for source.shop/0', lag: 47, translate: { lag: 42, partitions: [{ state: 'running', lag: 2 }, { position: null, lag: 40 }] } })
})

test('a target is proven as far as its worst partition, and one that differs is not in order', () => {
  const row = (partition: number, oldest: Date | null, held: string | null) => ({ target: 'house', topic: 'source.shop', partition, source: 'shop', through: 7n, oldest, at: ago(2), held })
  const proven = assemble(evidence({ ledger: { ...running, verified: [row(0, null, null), row(1, ago(9), 'deliver')] } }))
  expect(proven).toMatchObject({ ok: true, targets: [{ target: 'house', through: ago(9).toISOString(), age: 9, held: { partition: 1, why: 'deliver' } }] })
  expect(assemble(evidence({ ledger: { ...running, verified: [row(0, ago(60), 'deliver'), row(1, ago(9), 'difference')] } }))).toMatchObject({ ok: false, targets: [{ age: 60, held: { partition: 1, why: 'difference' } }] })
  expect(assemble(evidence()).targets).toEqual([{ target: 'house', through: null, age: null, held: null }])
})
