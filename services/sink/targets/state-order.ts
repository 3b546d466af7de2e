import type { Delivery, Verdict } from './target.ts'

type Meta = Delivery['meta']
export type Comparison = 'newer' | 'older' | 'same' | 'conflict'

/** How a state stands to another of its entity. Equal versions from one origin partition are ordered by origin offset; from different ones they are a conflict. */
export function compareStates(state: Meta, held: Meta): Comparison {
  if (state.effectKey === held.effectKey) return 'same'
  const order = state.version - held.version || state.revision - held.revision
  if (order !== 0) return order > 0 ? 'newer' : 'older'
  if (state.origin.topic !== held.origin.topic || state.origin.partition !== held.origin.partition) return 'conflict'
  return state.origin.offset > held.origin.offset ? 'newer' : 'older'
}

export const applied: Verdict = { outcome: 'applied', reason: null }
export const duplicate: Verdict = { outcome: 'duplicate', reason: null }
export const superseded: Verdict = { outcome: 'superseded', reason: null }
/** It waits behind a refused record of its entity. */
export const parked: Verdict = { outcome: 'parked', reason: 'order.parked' }
export const stale = (conflict: boolean): Verdict => ({ outcome: 'stale', reason: conflict ? 'conflict' : null })

/** All records of one entity in a chunk, as indexes in the order of the topic. */
export type Group = readonly number[]

export function groupByEntity(deliveries: readonly Delivery[]): Group[] {
  const groups = new Map<string, number[]>()
  for (let at = 0; at < deliveries.length; at++) {
    const { entity } = deliveries[at]!.meta
    const group = groups.get(entity)
    if (group === undefined) groups.set(entity, [at])
    else group.push(at)
  }
  return [...groups.values()]
}

/** The highest state of a group; the verdicts of the others go into `verdicts`. */
export function reduce(group: Group, deliveries: readonly Delivery[], verdicts: (Verdict | undefined)[]): number {
  let highest = group[0]!
  for (const at of group.slice(1)) {
    const order = compareStates(deliveries[at]!.meta, deliveries[highest]!.meta)
    if (order === 'newer') { verdicts[highest] = superseded; highest = at }
    // Of a state that came twice the later place counts: what lay between them is older than it.
    else if (order === 'same' && deliveries[at]!.meta.origin.offset > deliveries[highest]!.meta.origin.offset) { verdicts[highest] = duplicate; highest = at }
    else verdicts[at] = order === 'same' ? duplicate : order === 'conflict' ? stale(true) : superseded
  }
  return highest
}
