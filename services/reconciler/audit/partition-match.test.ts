import fc from 'fast-check'
import { expect, test } from 'vitest'
import { noCounts } from '../../runtime/audit-counts.ts'
import type { Wanted } from './expectation.ts'
import { type Difference, type Origin, type Seen } from './judge.ts'
import { judgeLate } from './judge-late.ts'
import { horizon, type Lane, PartitionMatch } from './partition-match.ts'

// Topics in miniature: what one source partition gives lies in two lanes, in the order of its source but for what came later by right.
const lanes = ['order.v1/0', 'order.v1/1'] as const
const entities = ['a:1', 'a:2', 'a:3', 'a:4', 'a:5']
const laneOf = (entity: string) => lanes[Number(entity.slice(2)) % 2]!

type Kind = 'plain' | 'filtered' | 'rejected' | 'redriven' | 'old' | 'again'
const recordArb = fc.record({ kind: fc.oneof({ weight: 6, arbitrary: fc.constant<Kind>('plain') }, fc.constantFrom<Kind>('filtered', 'rejected', 'redriven', 'old', 'again')), entities: fc.uniqueArray(fc.constantFrom(...entities), { minLength: 1, maxLength: 2 }) })
interface World { readonly origins: Origin[]; readonly logs: Map<string, Seen[]> }

let marks = 0n
const wantedOf = (entity: string, offset: number): Wanted => ({ model: 'order.v1', entity, version: offset, mapping: 'now', effectKey: `order.v1/${entity}@${offset}.0#${offset}`, mark: marks++, lane: laneOf(entity) })
const seenOf = (wanted: Wanted, offset: number, more: Partial<Seen> = {}): Omit<Seen, 'at'> =>
  ({ lane: wanted.lane, model: wanted.model, entity: wanted.entity, version: wanted.version, revision: 0, mapping: wanted.mapping, effectKey: wanted.effectKey, mark: wanted.mark, keyed: true, offset, ...more })
/** Offsets in the topic, with holes as markers leave them. */
const laid = (records: readonly Omit<Seen, 'at'>[]): Seen[] => records.map((it, at) => ({ ...it, at: at * 3 }))

function world(records: readonly { kind: Kind; entities: readonly string[] }[], laterAt: number): World {
  const origins: Origin[] = [], logs = new Map(lanes.map((lane) => [lane as string, [] as Omit<Seen, 'at'>[]])), later: Omit<Seen, 'at'>[] = []
  records.forEach(({ kind, entities: these }, n) => {
    const offset = n * 2, wanted = kind === 'filtered' ? [] : these.map((entity) => wantedOf(entity, offset))
    origins.push({ offset, wanted, outcome: kind === 'filtered' ? 'filtered' : 'mapped', rejected: kind === 'rejected' || kind === 'redriven', today: kind !== 'old' })
    for (const it of wanted) {
      if (kind === 'plain' || kind === 'again') logs.get(it.lane)!.push(seenOf(it, offset))
      if (kind === 'old' && n % 2 === 0) logs.get(it.lane)!.push(seenOf(it, offset, { mapping: 'then', mark: marks++ }))
      if (kind === 'redriven') later.push(seenOf(it, offset))
      if (kind === 'again') later.push(seenOf(it, offset, { revision: 1 }))
    }
  })
  for (const it of later) {
    const log = logs.get(it.lane)!, own = log.findIndex((other) => other.offset > it.offset)
    log.splice(own < 0 ? log.length : own + Math.floor((log.length - own) * laterAt), 0, it)
  }
  return { origins, logs: new Map([...logs].map(([lane, log]) => [lane, laid(log)])) }
}

/** As the auditor does it: source and canonical records in turn, what comes late judged one by one, and killed now and then. */
function audit({ origins, logs }: World, steps: readonly number[], without: 'memory' | 'stands' | null = null): Difference[] {
  const found = new Map<string, Difference>(), remembered = new Map<string, Seen>(), byOffset = new Map(origins.map((it) => [it.offset, it]))
  const begin = (next: number, from: ReadonlyMap<string, number>, handled: ReadonlyMap<string, number>) => {
    const state = new Map<string, Lane>(lanes.map((name) => [name, { name, next: from.get(name) ?? 0, end: (logs.get(name)!.length) * 3, cut: false }]))
    const match = new PartitionMatch(next, state, new Map(), handled)
    match.limit = origins.length * 2
    return { match, state, read: origins.filter((it) => it.offset < next).length }
  }
  let it = begin(0, new Map(), new Map()), saved = { next: 0, from: new Map<string, number>(), handled: new Map<string, number>() }
  // Another partition of the source may have to begin earlier.
  let saves = 0
  const key = ({ offset, model, entity, revision }: Difference | Seen) => `${offset} ${model} ${entity} ${revision}`
  const tell = (difference: Difference) => found.set(`${difference.kind} ${key(difference)}`, difference)
  const commit = () => {
    const { differences, outOfOrder, late } = it.match.pass(it.read * 2, noCounts())
    differences.forEach(tell)
    for (const seen of outOfOrder) remembered.set(key(seen), seen)
    for (const seen of late) {
      const origin = byOffset.get(seen.offset)
      const { difference, remember } = judgeLate(seen, {
        origin: origin === undefined ? 'none' : seen.revision === 0 ? origin : { ...origin, wanted: origin.wanted.map((wanted) => ({ ...wanted, mark: seen.mark })) },
        known: (without === 'memory' ? undefined : remembered.get(key(seen))) ?? null, missed: found.has(`topic.missing ${key(seen)}`),
      }, noCounts())
      if (difference !== null) tell(difference)
      if (remember) remembered.set(key(seen), seen)
    }
    const held = it.match.heldFrom(), positions = new Map([...it.state].map(([name, { next }]) => [name, next]))
    saved = { next: it.match.next, from: new Map(lanes.map((lane) => [lane, Math.min(positions.get(lane)!, held.get(lane) ?? Infinity) >> (saves++ % 3)])), handled: new Map(without === 'stands' ? [] : lanes.map((lane) => [lane, held.get(lane) ?? positions.get(lane)!])) }
  }
  const read = (name: string, count: number) => {
    const lane = it.state.get(name)!, these = logs.get(name)!.filter(({ at }) => at >= lane.next).slice(0, count)
    for (const seen of these) it.match.see(seen)
    lane.next = these.length < count ? lane.end : these.at(-1)!.at + 1
  }
  const expectSome = (count: number) => { for (const origin of origins.slice(it.read, it.read + count)) { it.match.expect(origin); it.read++ } }
  for (const step of steps) {
    if (step % 7 === 0) it = begin(saved.next, saved.from, saved.handled)
    else if (step % 3 === 0) expectSome(step % 11)
    else read(lanes[step % 2]!, 1 + (step % 5))
    if (step % 2 === 0) commit()
  }
  expectSome(Infinity)
  for (const lane of lanes) read(lane, Infinity)
  commit()
  return [...found.values()]
}

const worlds = fc.tuple(fc.array(recordArb, { minLength: 1, maxLength: 40 }), fc.double({ min: 0, max: 1, noNaN: true }), fc.array(fc.nat(1000), { maxLength: 60 }))
const named = (differences: readonly Difference[]) => differences.map(({ kind, offset, entity }) => `${kind} ${offset} ${entity}`).toSorted()
const plain = ({ origins }: World) => new Set(origins.filter((it) => it.today && !it.rejected && it.wanted.length > 0).map(({ offset }) => offset))

test('what redrives, re-published revisions, filters and earlier mappings leave in the topics is no difference, read in whatever steps and killed wherever', () => {
  fc.assert(fc.property(worlds, ([records, laterAt, steps]) => { expect(named(audit(world(records, laterAt), steps))).toEqual([]) }), { numRuns: 400 })
})

test('without where each partition stood in the lanes, an audit that is killed names what is right', () => {
  const all = fc.sample(worlds, { numRuns: 300, seed: 7 })
  expect(all.filter(([records, laterAt, steps]) => audit(world(records, laterAt), steps, 'stands').length > 0).length).toBeGreaterThan(5)
})

test('a redriven record that lies there twice is named, also when both come long after their source record; without its memory it is not', () => {
  const made = world([{ kind: 'redriven', entities: ['a:1'] }, { kind: 'plain', entities: ['a:1'] }], 1), log = made.logs.get('order.v1/1')!
  made.logs.set('order.v1/1', laid([...log, log.at(-1)!].map(({ at: _at, ...it }) => it)))
  const sourceFirst = [30]
  expect(named(audit(made, sourceFirst))).toEqual(['topic.doubled 0 a:1'])
  expect(named(audit(made, sourceFirst, 'memory'))).toEqual([])
})

const mutations = {
  remove: (log: Seen[], at: number) => { const [it] = log.splice(at, 1); return [`topic.missing ${it!.offset} ${it!.entity}`] },
  double: (log: Seen[], at: number) => { log.splice(Math.min(log.length, at + 1 + (at % 3)), 0, log[at]!); return [`topic.doubled ${log[at]!.offset} ${log[at]!.entity}`] },
  alter: (log: Seen[], at: number) => { const it = log[at]!; log[at] = { ...it, mark: marks++ }; return [`topic.altered ${it.offset} ${it.entity}`] },
  swap: (log: Seen[], at: number) => {
    const it = log[at]!, next = log.findIndex((other, i) => i > at && other.entity === it.entity && other.revision === 0)
    if (next < 0 || log[next]!.offset < it.offset || log.slice(at, next + 1).some((between) => between.entity === it.entity && between !== it && between !== log[next])) return null
    log[at] = log[next]!
    log[next] = it
    return [`topic.reordered ${it.offset} ${it.entity}`]
  },
  orphan: (log: Seen[], at: number) => { log.splice(at, 0, { ...log[at]!, entity: 'made:up', offset: log[at]!.offset + (at % 2), mark: marks++ }); return [`topic.orphan ${log[at]!.offset} made:up`] },
}
test.each(Object.keys(mutations) as (keyof typeof mutations)[])('%s: the record is named, once, and nothing else is', (which) => {
  let done = 0
  fc.assert(fc.property(worlds, fc.nat(), ([records, laterAt, steps], pick) => {
    const made = world(records, laterAt), can = plain(made), log = made.logs.get(lanes[pick % 2]!)!
    const places = log.flatMap(({ offset, revision }, at) => (can.has(offset) && revision === 0 && !log.some((it) => it.offset === offset && it.revision > 0) ? [at] : []))
    if (places.length === 0) return
    const says = mutations[which](log, places[pick % places.length]!)
    if (says === null) return
    if (which === 'swap' && !can.has(Number(says[0]!.split(' ')[1]))) return
    made.logs.set(lanes[pick % 2]!, laid(log.map(({ at: _at, ...it }) => it)))
    expect(named(audit(made, steps))).toEqual(says)
    done++
  }), { numRuns: 400 })
  expect(done).toBeGreaterThan(50)
})

test('a record that is missing is not waited for to the end of the topic, and what had to wait behind it is bounded', () => {
  const records = Array.from({ length: 3 * horizon }, (_, n): { kind: Kind; entities: string[] } => ({ kind: 'plain', entities: [entities[n % 5]!] }))
  const { origins, logs } = world(records, 0), lane = logs.get(laneOf(entities[0]!))!
  lane.shift()
  const state = new Map<string, Lane>(lanes.map((name) => [name, { name, next: 0, end: Infinity, cut: false }])), match = new PartitionMatch(0, state)
  const seens = [...logs.values()].flat().toSorted((a, b) => a.offset - b.offset), found: Difference[] = []
  let most = 0
  for (const origin of origins) {
    match.expect(origin)
    for (; seens.length > 0 && seens[0]!.offset <= origin.offset; seens.shift()) match.see(seens[0]!)
    found.push(...match.pass(origin.offset + 1, noCounts()).differences)
    most = Math.max(most, match.held)
  }
  expect(named(found)).toEqual(['topic.missing 0 a:1'])
  expect(most).toBeLessThan(2.2 * horizon)
})

test('where the beginning of a canonical topic was deleted, what may have lain there is not missed', () => {
  const { origins, logs } = world(Array.from({ length: 20 }, () => ({ kind: 'plain' as const, entities: ['a:2'] })), 0), counts = noCounts()
  const state = new Map<string, Lane>(lanes.map((name) => [name, { name, next: 60, end: 60, cut: true }])), match = new PartitionMatch(0, state)
  for (const origin of origins) match.expect(origin)
  for (const seen of logs.get('order.v1/0')!.slice(8)) match.see(seen)
  expect(match.pass(40, counts)).toMatchObject({ differences: [], late: [] })
  expect(counts).toMatchObject({ read: 20, matched: 12, gone: 8 })
})
