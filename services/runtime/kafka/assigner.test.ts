import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AssignedMember, assign } from './assigner.ts'

const units = fc.array(fc.record({ partitions: fc.integer({ min: 1, max: 12 }), redrive: fc.boolean() }), { minLength: 1, maxLength: 4 })
const inputsOf = (all: { redrive: boolean }[]) => all.map(({ redrive }, i) => (redrive ? [`source.${i}`, `redrive.${i}`] : [`source.${i}`]))
const partitionsOf = (all: { partitions: number; redrive: boolean }[]) =>
  new Map(inputsOf(all).flatMap((input, i) => input.map((topic) => [topic, all[i]?.partitions ?? 0] as const)))
const member = (id: string, inputs: string[][]): AssignedMember => ({ id, inputs, owned: [], generation: -1 })

test('every partition has one owner, loads differ by one at most, and companions stay together', () => {
  fc.assert(fc.property(units, fc.integer({ min: 1, max: 6 }), (all, count) => {
    const partitions = partitionsOf(all)
    const members = Array.from({ length: count }, (_, i) => member(`m${i}`, inputsOf(all)))
    const { places, waiting } = assign(members, partitions)
    const owner = new Map<string, string>([...places].flatMap(([id, these]) => these.map((place) => [`${place.topic}/${place.partition}`, id] as const)))
    expect(owner.size).toBe([...partitions.values()].reduce((sum, it) => sum + it, 0))
    expect([...places.values()].flat().length).toBe(owner.size)
    expect(waiting).toEqual([])
    for (const [place, id] of owner) if (place.startsWith('redrive.')) expect(owner.get(place.replace('redrive', 'source'))).toBe(id)
    const loads = [...places.values()].map((these) => these.filter(({ topic }) => topic.startsWith('source.')).length)
    expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1)
  }))
})

test('whoever stays keeps what it has: joining or leaving moves no more than it must', () => {
  fc.assert(fc.property(units, fc.integer({ min: 2, max: 5 }), fc.boolean(), (all, count, joins) => {
    const partitions = partitionsOf(all)
    const before = Array.from({ length: count }, (_, i) => member(`m${i}`, inputsOf(all)))
    const plan = assign(before, partitions)
    const after = before.map((it) => ({ ...it, owned: plan.places.get(it.id) ?? [], generation: 1 }))
    expect(assign(after, partitions).moved).toBe(0)
    const slots = all.reduce((sum, it) => sum + it.partitions, 0)
    const changed = joins ? [...after, member('new', inputsOf(all))] : after.slice(1)
    const { moved } = assign(changed, partitions)
    expect(moved).toBeLessThanOrEqual(joins ? Math.ceil(slots / (count + 1)) : 0)
  }))
})

test('a member is given only what it subscribes to, and a topic that only the new release knows is not orphaned', () => {
  const { places, waiting } = assign([member('old', [['source.a']]), member('new', [['source.a', 'redrive.a'], ['source.b']])], new Map([['source.a', 2], ['redrive.a', 2], ['source.b', 2]]))
  const ofOld = places.get('old') ?? []
  expect(ofOld.every(({ topic }) => topic === 'source.a')).toBe(true)
  expect(places.get('new')?.filter(({ topic }) => topic === 'source.b').length).toBe(2)
  // The companion of a slot whose owner does not know it waits, and is reported.
  expect(waiting).toEqual(ofOld.map(({ partition }) => ({ topic: 'redrive.a', partition })))
})

test('a member that was away cannot take back what another was given meanwhile', () => {
  const owned = [{ topic: 'source.a', partition: 0 }]
  const stale = { ...member('away', [['source.a']]), owned, generation: 3 }
  const current = { ...member('here', [['source.a']]), owned, generation: 7 }
  expect(assign([stale, current], new Map([['source.a', 1]])).places.get('here')).toEqual(owned)
})
