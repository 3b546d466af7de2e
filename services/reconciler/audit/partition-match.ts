import type { Counts } from '../../runtime/audit-counts.ts'
import type { Wanted } from './expectation.ts'
import { type Difference, isExact, judge, type Origin, same, type Seen } from './judge.ts'

/** So far apart, in offsets of the source, two records of one partition may lie the wrong way round and the later still be waited for. */
export const horizon = 2048
/** A canonical partition while it is read: what lies before `next` was seen; `end` is where it is complete for the source records in hand. */
export interface Lane { readonly name: string; next: number; end: number; /** Records before were deleted: what may have lain there is not missed. */ cut: boolean }

/** A record that is waited for, found by its mark without being read. */
export interface Marked { readonly match: PartitionMatch; readonly wanted: Wanted; readonly offset: number }
interface Held extends Seen { /** A record of a later source record lies before it. */ readonly behind: boolean; /** It is one that its source record gives. */ stands: boolean }
interface Open { readonly it: Origin; readonly found: boolean[]; left: number; exact: number }
/** What is known of a lane, for records of this source partition alone. */
interface Inside { top: number; matched: number; lowest: number }
export interface Passed {
  readonly differences: readonly Difference[]
  /** Records that lie out of the order of their source: to be known again when they are met again. */
  readonly outOfOrder: readonly Seen[]
  /** Records that have to be looked at one by one: their source record is through already, or they were sent again. */
  readonly late: readonly Seen[]
}

/**
 * Matches one source partition with what the canonical topics hold of it. Source records come in order, canonical ones as they are met; a source record is through
 * when all that it gives was seen, or when the canonical partitions have been read so far that it will not come. Holds what is in between, and nothing else.
 */
export class PartitionMatch {
  /** Everything before is through. */
  next: number
  /** Everything before was translated here. */
  translated: number
  /** Source records before will be given here soon. */
  limit = 0
  readonly #lanes: ReadonlyMap<string, Lane>
  readonly #inside = new Map<string, Inside>()
  readonly #open = new Map<number, Open>()
  readonly #seen = new Map<number, Held[]>()
  readonly #marks: Map<bigint, Marked>
  readonly #handled: ReadonlyMap<string, number>
  #late: Seen[] = []

  /** `handled`: of each lane, where the records begin that an earlier run has not dealt with. */
  constructor(next: number, lanes: ReadonlyMap<string, Lane>, marks = new Map<bigint, Marked>(), handled: ReadonlyMap<string, number> = new Map()) {
    this.next = this.translated = next
    this.#lanes = lanes
    this.#marks = marks
    this.#handled = handled
  }

  /** How many source and canonical records it holds. */
  get held(): number { return this.#open.size + this.#seen.size }
  /** Whether a source record waits here. */
  get waits(): boolean { return this.#open.size > 0 }

  /** Whether a canonical record was seen whose source record was not translated here yet. */
  get isAhead(): boolean { return [...this.#inside.values()].some(({ top }) => top >= this.translated) }

  /** A source record, in their order. */
  expect(it: Origin): void {
    for (const wanted of it.wanted) this.#marks.set(wanted.mark, { match: this, wanted, offset: it.offset })
    const open: Open = { it, found: it.wanted.map(() => false), left: it.wanted.length, exact: 0 }
    this.#open.set(it.offset, open)
    this.translated = it.offset + 1
    for (const seen of this.#seen.get(it.offset) ?? []) this.#connect(open, seen)
  }

  /** A canonical record that stands for one of this partition. */
  see(seen: Seen): void {
    if (seen.at < (this.#handled.get(seen.lane) ?? 0)) return
    if (seen.offset < this.next) return void this.#late.push(seen)
    const inside = this.#insideOf(seen.lane), it: Held = { ...seen, behind: inside.top > seen.offset, stands: false }
    inside.top = Math.max(inside.top, seen.offset)
    inside.lowest = Math.min(inside.lowest, seen.offset)
    const others = this.#seen.get(seen.offset), open = this.#open.get(seen.offset)
    if (others === undefined) this.#seen.set(seen.offset, [it])
    else others.push(it)
    if (open !== undefined) this.#connect(open, it)
  }

  /** Moves over every source record that is through, and says what is wrong with them. `translated` is how far the source was read; there may be no record before. */
  pass(translated: number, counts: Counts): Passed {
    this.translated = Math.max(this.translated, translated)
    const differences: Difference[] = [], outOfOrder: Seen[] = []
    for (const [offset, open] of this.#open) {
      if (open.left > 0 && !open.it.rejected && !this.#isComplete(open)) break
      const seens = this.#seen.get(offset) ?? []
      if (seens.some((it) => it.behind && it.stands && this.#overtakes(it, (later) => !later.stands && this.#isComing(later, offset)))) break
      this.#open.delete(offset)
      for (const { mark } of open.it.wanted) this.#marks.delete(mark)
      this.next = offset + 1
      this.#seen.delete(offset)
      this.#judge(open, seens, counts, differences, outOfOrder)
    }
    if (this.#open.size === 0) this.next = this.translated
    // Where no source record lies, or none any more.
    if (this.#seen.size > 0) for (const [offset, seens] of this.#seen) if (offset < this.translated && !this.#open.has(offset)) { this.#seen.delete(offset); this.#late.push(...seens) }
    const late = this.#late
    this.#late = []
    return { differences, outOfOrder, late }
  }

  /** Lanes that the oldest source record waits for. */
  *waitsFor(): Generator<string> {
    for (const open of this.#open.values()) {
      for (const [at, found] of open.found.entries()) if (!found) yield open.it.wanted[at]!.lane
      return
    }
  }

  /** Where of each lane the records begin that are not dealt with, for whoever goes on later: the first that waits here, else what an earlier run had read already. Elsewhere it is the lane's own position. */
  heldFrom(): Map<string, number> {
    const from = new Map([...this.#handled].filter(([lane, at]) => at > this.#lanes.get(lane)!.next)), waiting = new Map<string, number>()
    for (const seens of this.#seen.values()) for (const { lane, at } of seens) waiting.set(lane, Math.min(waiting.get(lane) ?? Infinity, at))
    return new Map([...from, ...waiting])
  }

  #judge({ it, exact, left }: Open, seens: readonly Held[], counts: Counts, differences: Difference[], outOfOrder: Seen[]): void {
    counts.read++
    counts.expected += it.wanted.length
    if (it.outcome === 'filtered') counts.filtered++
    if (it.rejected) counts.rejected++
    else if (it.outcome === 'refused') counts[it.today ? 'unjudged' : 'earlier']++
    // As it nearly always is: told without a closer look.
    if (left === 0 && exact === it.wanted.length && seens.length === exact) counts.matched += exact
    else {
      const kept = it.wanted.filter((wanted) => !this.#isGone(it, wanted, seens))
      counts.gone += it.wanted.length - kept.length
      differences.push(...judge({ ...it, wanted: kept }, seens, counts))
      for (const seen of seens) if (seen.revision > 0) this.#late.push(seen)
    }
    for (const seen of seens) {
      if (!seen.stands) continue
      if (seen.behind || it.rejected) outOfOrder.push(seen)
      if (seen.behind && !it.rejected && this.#overtakes(seen, (later) => later.stands)) differences.push({ kind: 'topic.reordered', offset: it.offset, model: seen.model, entity: seen.entity, revision: 0, seen, wanted: null })
    }
  }

  /** Whether such a later state of the entity lies before it. */
  #overtakes({ lane, at, model, entity, offset }: Seen, such: (later: Held) => boolean): boolean {
    for (const [later, seens] of this.#seen) if (later > offset) for (const it of seens) if (it.lane === lane && it.at < at && it.entity === entity && it.model === model && such(it)) return true
    return false
  }
  /** Only its source record, which is to be read next, tells whether it is one at all. */
  #isComing({ offset }: Held, before: number): boolean { return offset >= this.translated && offset < this.limit && offset < before + horizon }

  #connect(open: Open, seen: Held): void {
    if (seen.revision > 0) return
    const { wanted } = open.it
    let which = wanted.findIndex((it, at) => !open.found[at] && isExact(seen, it))
    if (which >= 0) open.exact++
    else which = wanted.findIndex((it, at) => !open.found[at] && same(seen, it))
    if (which < 0) return
    seen.stands = true
    open.found[which] = true
    open.left--
    const inside = this.#insideOf(wanted[which]!.lane)
    inside.matched = Math.max(inside.matched, seen.offset)
  }

  #isComplete({ it, found }: Open): boolean {
    return it.wanted.every(({ lane }, at) => {
      if (found[at]) return true
      const { next, end } = this.#lanes.get(lane)!
      return next >= end || this.#insideOf(lane).matched >= it.offset + horizon
    })
  }

  #isGone({ offset }: Origin, wanted: Wanted, seens: readonly Seen[]): boolean {
    const lane = this.#lanes.get(wanted.lane)!
    return lane.cut && !seens.some((it) => same(it, wanted)) && offset <= this.#insideOf(wanted.lane).lowest
  }

  #insideOf(lane: string): Inside {
    let inside = this.#inside.get(lane)
    if (inside === undefined) this.#inside.set(lane, inside = { top: -1, matched: -1, lowest: Infinity })
    return inside
  }
}
