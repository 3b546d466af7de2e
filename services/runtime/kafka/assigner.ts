/** One partition of one topic. */
export interface Place { readonly topic: string; readonly partition: number }

export interface AssignedMember {
  readonly id: string
  /** What it works on: each a topic followed by the companions that travel with it. */
  readonly inputs: readonly (readonly string[])[]
  /** What it held before. */
  readonly owned: readonly Place[]
  readonly generation: number
}
export interface Plan {
  readonly places: ReadonlyMap<string, readonly Place[]>
  /** Nobody subscribes, or a companion that the owner of its slot does not know. */
  readonly waiting: readonly Place[]
  /** Slots that changed hands. */
  readonly moved: number
}

interface Member { id: string; topics: Set<string>; slots: Set<PlannedSlot> }
interface PlannedSlot { unit: string; partition: number; topics: string[]; owner: Member | null; was: Member | null }

/**
 * Sticky assignment of slots: a topic's partition and its companions' stay together, because one lease covers them.
 * In this order: a member only gets topics it subscribes to; a living owner keeps its slot; loads differ by at most one where subscriptions allow.
 */
export function assign(members: readonly AssignedMember[], partitions: ReadonlyMap<string, number>): Plan {
  const mainOf = new Map(members.flatMap((member) => member.inputs.flatMap((input) => input.map((topic) => [topic, input[0] ?? topic] as const))))
  const unitOf = (topic: string) => mainOf.get(topic) ?? topic
  const slots = slotsOf(partitions, unitOf)
  const planned = members.map((member) => ({ id: member.id, topics: new Set(member.inputs.flat()), slots: new Set<PlannedSlot>() }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))

  keep(members, planned, slots, unitOf)
  const free = [...slots.values()].filter((slot) => slot.owner === null).map((slot) => ({ slot, able: planned.filter((member) => eligible(member, slot)) }))
  free.sort((a, b) => a.able.length - b.able.length || a.slot.partition - b.slot.partition)
  for (const { slot, able } of free) {
    const best = able.sort((a, b) => a.slots.size - b.slots.size || ofUnit(a, slot) - ofUnit(b, slot) || covered(b, slot) - covered(a, slot))[0]
    if (best !== undefined) give(slot, best)
  }
  while (levelOnce(planned));

  const places = new Map<string, Place[]>(planned.map((member) => [member.id, []]))
  const waiting: Place[] = []
  let moved = 0
  for (const slot of slots.values()) {
    if (slot.was !== null && slot.was !== slot.owner) moved++
    for (const topic of slot.topics) {
      const mine = slot.owner?.topics.has(topic) ? places.get(slot.owner.id) : undefined
      const target = mine ?? waiting
      target.push({ topic, partition: slot.partition })
    }
  }
  return { places, waiting, moved }
}

function slotsOf(partitions: ReadonlyMap<string, number>, unitOf: (topic: string) => string): Map<string, PlannedSlot> {
  const slots = new Map<string, PlannedSlot>()
  for (const [topic, count] of [...partitions].sort()) {
    for (let partition = 0; partition < count; partition++) {
      const key = `${unitOf(topic)}/${partition}`
      const slot = slots.get(key) ?? { unit: unitOf(topic), partition, topics: [], owner: null, was: null }
      slot.topics.push(topic)
      slots.set(key, slot)
    }
  }
  return slots
}

/** The claim of the highest generation wins: a member that was away may still claim what was given to another meanwhile. */
function keep(members: readonly AssignedMember[], planned: readonly Member[], slots: Map<string, PlannedSlot>, unitOf: (topic: string) => string): void {
  for (const member of [...members].sort((a, b) => b.generation - a.generation)) {
    const owner = planned.find((it) => it.id === member.id)
    for (const { topic, partition } of member.owned) {
      const slot = slots.get(`${unitOf(topic)}/${partition}`)
      if (slot === undefined || owner === undefined) continue
      slot.was ??= owner
      if (slot.owner === null && eligible(owner, slot)) give(slot, owner)
    }
  }
}

/** Moves one slot from the fullest member to one that holds at least two fewer; false when there is none. */
function levelOnce(planned: readonly Member[]): boolean {
  for (const member of [...planned].sort((a, b) => b.slots.size - a.slots.size)) {
    let best: { slot: PlannedSlot; to: Member; gain: number } | null = null
    for (const slot of member.slots) {
      for (const to of planned) {
        if (to.slots.size > member.slots.size - 2 || !eligible(to, slot)) continue
        const gain = (member.slots.size - to.slots.size) * 1000 + ofUnit(member, slot) - ofUnit(to, slot)
        if (best === null || gain > best.gain) best = { slot, to, gain }
      }
    }
    if (best === null) continue
    give(best.slot, best.to)
    return true
  }
  return false
}

const covered = (member: Member, slot: PlannedSlot) => slot.topics.filter((topic) => member.topics.has(topic)).length
const eligible = (member: Member, slot: PlannedSlot) => (slot.topics.includes(slot.unit) ? member.topics.has(slot.unit) : covered(member, slot) > 0)
function ofUnit(member: Member, slot: PlannedSlot): number {
  let count = 0
  for (const other of member.slots) if (other.unit === slot.unit) count++
  return count
}
function give(slot: PlannedSlot, member: Member): void {
  slot.owner?.slots.delete(slot)
  slot.owner = member
  member.slots.add(slot)
}
