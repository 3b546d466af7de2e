import { modelCards } from '../../../canonical/cards/index.generated.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { type Counts, noCounts } from '../../runtime/audit-counts.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { SourceUnit } from '../../translator/sources/source-unit.ts'
import type { AuditedPart, AuditRange } from './audited-part.ts'
import { deleteMark, Expectation, laneOf, valueMark } from './expectation.ts'
import { setGoal } from './goal.ts'
import { type Difference, type Seen } from './judge.ts'
import { knownToBooks, type KnownToBooks } from './known-to-books.ts'
import { horizon, type Lane, type Marked, PartitionMatch } from './partition-match.ts'
import { deleteSays, SeenReader } from './seen-reader.ts'

export interface AuditParts { readonly cluster: Cluster; readonly ledger: Ledger; readonly names: Names; readonly registry: Pick<Registry, 'schemaOf'>; readonly sources: readonly SourceUnit[]; /** So many records it holds in memory. */ readonly mostHeld?: number }
export interface AuditLane extends Lane { readonly model: ModelName; readonly topic: string; readonly topicId: string; readonly partition: number }
/** How far an audit is: everything before is judged. `held`: lanes that are to be read again from there, for this source partition alone. */
export interface AuditCursor {
  readonly step: number
  readonly parts: Readonly<Record<string, { readonly id: string; readonly next: number; readonly held?: Readonly<Record<string, number>> }>>
  readonly lanes: Readonly<Record<string, { readonly next: number; readonly cut?: true }>>
  readonly counts: Readonly<Record<string, Counts>>
}
export interface PartDifference extends Difference { readonly part: AuditedPart }
export interface Late { readonly part: AuditedPart; readonly seen: Seen }
/** A canonical record that names no source record of this hub. */
export interface Stray { readonly lane: AuditLane; readonly at: number; readonly says: string }
export interface Step { readonly differences: PartDifference[]; readonly outOfOrder: Late[]; readonly late: Late[]; readonly strays: Stray[]; /** Source records that are through, in all and by source. */ records: number; readonly read: Map<string, number>; /** All that was there when it was last asked is judged. */ done: boolean; /** A partition has come that was not there at the beginning: begin anew from the cursor, with it. */ outgrown: boolean }

/** Bounds of one fetch, compressed, and of what is held in memory: source and canonical records that wait for one another. */
const sliceBytes = 64 << 10
const mostHeld = 60_000
const enoughAhead = 512
/** The books are asked once for so many partitions. */
const partsAtOnce = 8
const stepMs = 5_000
/** Each is a look-up of its own, and they have to be written before the job is somebody else's. */
const mostLookedAt = 500

/** Reads source and canonical topics side by side, from a cursor on. What it holds beyond the cursor can be made anew from it. */
export class TopicAudit {
  readonly parts: AuditedPart[] = []
  readonly counts: Record<string, Counts> = {}
  readonly #lanes = new Map<string, AuditLane>()
  readonly #marks = new Map<bigint, Marked>()
  readonly #it: AuditParts
  readonly #range: AuditRange | null
  readonly #reader: SeenReader
  readonly #places = new Map<string, AuditedPart>()
  /** Partitions that are not audited, and how far they were. */
  readonly #left = new Map<string, AuditCursor['parts'][string]>()

  private constructor(it: AuditParts, range: AuditRange | null) {
    this.#it = it
    this.#range = range
    this.#reader = new SeenReader(it.registry)
  }

  get reader(): SeenReader { return this.#reader }

  static async open(it: AuditParts, cursor: AuditCursor | null, range: AuditRange | null = null): Promise<TopicAudit> {
    const audit = new TopicAudit(it, range)
    await audit.#open(cursor)
    return audit
  }

  /** Reads and matches until `most` source records are through, or nothing more can be said. */
  async step(most: number): Promise<Step> {
    const step: Step = { differences: [], outOfOrder: [], late: [], strays: [], records: 0, read: new Map(), done: false, outgrown: false }, until = performance.now() + stepMs
    if (this.#areThrough() && (this.parts.some(({ wish }) => wish !== null) || this.#isFull() || this.#isDone())) {
      await setGoal(this.parts, this.#lanes, { ...this.#it, to: this.#range?.to ?? Infinity })
      step.outgrown = await this.#hasGrown()
    }
    for (let moved = true; moved && !step.outgrown && step.records < most && step.late.length + step.differences.length < mostLookedAt && performance.now() < until;) {
      moved = false
      for (let at = 0; at < this.parts.length; at += partsAtOnce) moved = await this.#readSources(this.parts.slice(at, at + partsAtOnce).filter((part) => this.#mayRead(part))) || moved
      this.#pass(step)
      for (const lane of this.#wantedLanes()) moved = await this.#readLane(lane, step) || moved
      this.#pass(step)
    }
    step.done = this.#isDone() && this.parts.every(({ wish }) => wish === null)
    return step
  }

  /** How far it is, as the step after this one. */
  cursorAfter(step: number): AuditCursor {
    const lanes: Record<string, { next: number; cut?: true }> = {}
    for (const [name, { next, cut }] of this.#lanes) lanes[name] = { next, ...(cut ? { cut } : {}) }
    const parts: Record<string, AuditCursor['parts'][string]> = Object.fromEntries(this.#left)
    for (const { topic, topicId, partition, match } of this.parts) {
      const held = match.heldFrom()
      parts[`${topic}/${partition}`] = { id: topicId, next: match.next, ...(held.size > 0 ? { held: Object.fromEntries(held) } : {}) }
    }
    return { step: step + 1, parts, lanes, counts: this.counts }
  }

  /** Source and canonical records that wait for one another in memory. */
  get held(): number { return this.parts.reduce((sum, { match }) => sum + match.held, 0) }

  /** By source: records that are not judged yet, of those that were there when it asked last. */
  behind(): ReadonlyMap<string, number> {
    const by = new Map<string, number>()
    for (const { unit, end, match } of this.parts) by.set(unit, (by.get(unit) ?? 0) + Math.max(0, end - match.next))
    return by
  }

  async #open(cursor: AuditCursor | null): Promise<void> {
    const { cluster, names } = this.#it, sources = this.#it.sources.filter(({ card }) => this.#range === null || card.name === this.#range.source)
    const models = [...new Set(sources.flatMap(({ source }) => source.models))]
    await cluster.refresh()
    await cluster.know([...sources.map(({ card }) => names.topic(card.topic)), ...models.map(names.canonical)])
    for (const model of models) for (let partition = 0; partition < modelCards[model].partitions; partition++) {
      const topic = names.canonical(model), { id } = await cluster.mustKnow(topic), name = laneOf(model, partition), saved = cursor?.lanes[name]
      const earliest = await offsetOf(cluster, topic, partition, 'earliest'), held = Object.values(cursor?.parts ?? {}).flatMap((it) => it.held?.[name] ?? [])
      const from = Math.min(saved?.next ?? 0, ...held)
      this.#lanes.set(name, { name, model, topic, topicId: id, partition, next: Math.max(from, earliest), end: 0, cut: saved?.cut === true || from < earliest })
    }
    for (const unit of sources) await this.#openSource(unit, cursor)
  }

  async #openSource(unit: SourceUnit, cursor: AuditCursor | null): Promise<void> {
    const { cluster, names } = this.#it, topic = names.topic(unit.card.topic), known = cluster.topic(topic), range = this.#range
    if (known === undefined) return
    const { name } = unit.card
    this.counts[name] = { ...noCounts(), ...cursor?.counts[name] }
    for (let partition = 0; partition < known.leaders.length; partition++) {
      if (range !== null && range.partition !== null && range.partition !== partition) continue
      const saved = cursor?.parts[`${topic}/${partition}`], earliest = await offsetOf(cluster, topic, partition, 'earliest')
      // Offsets of a topic that was made anew mean other records: the translator stands still there, and so does this, until a person says that it is the same.
      if (saved !== undefined && saved.id !== known.id && !await this.#isAdopted(name, topic, saved.id, known.id)) {
        // What lies in the canonical topics from here on is read again for it then: others go on there meanwhile.
        const held = Object.fromEntries(Object.entries(cursor!.lanes).map(([lane, { next }]) => [lane, saved.held?.[lane] ?? next]))
        this.#left.set(`${topic}/${partition}`, { ...saved, held })
        continue
      }
      const from = saved?.next ?? range?.from ?? 0, next = Math.max(from, earliest)
      this.counts[name].gone += next - from
      const handled = new Map(saved === undefined ? [] : Object.entries(cursor!.lanes).map(([lane, it]) => [lane, saved.held?.[lane] ?? it.next]))
      const match = new PartitionMatch(next, this.#lanes, this.#marks, handled)
      const part: AuditedPart = { unit: name, source: unit.source, topic, topicId: known.id, partition, expectation: new Expectation(unit, topic), match, read: next, limit: 0, end: 0, earliest, wish: null }
      this.parts.push(part)
      this.#places.set(`${topic}/${partition}`, part)
    }
  }

  #areThrough(): boolean { return this.parts.every(({ match, limit }) => match.next >= limit) }
  /** So many wait for source records that may not be read yet: the books are far behind the canonical topics. */
  #isFull(): boolean { return this.held >= (this.#it.mostHeld ?? mostHeld) }
  #isDone(): boolean { return this.#areThrough() && [...this.#lanes.values()].every(({ next, end }) => next >= end) }

  #mayRead({ read, limit, match }: AuditedPart): boolean {
    const ahead = match.translated - match.next
    // A little ahead of what was seen; as far as it takes where what was seen is ahead itself.
    return read < limit && ahead < (match.isAhead ? 2 * horizon : enoughAhead) && (!match.waits || !this.#isFull())
  }

  /** Those that somebody waits for; the others when nobody does, for what lies there unasked, and only as far as there is room. */
  *#wantedLanes(): Generator<AuditLane> {
    const wanted = new Set<string>()
    for (const { match } of this.parts) for (const lane of match.waitsFor()) wanted.add(lane)
    const all = [...this.#lanes.values()].filter(({ next, end }) => next < end)
    if (wanted.size > 0) yield* all.filter(({ name }) => wanted.has(name))
    else if (this.parts.every(({ read, limit, wish }) => read >= limit && wish === null)) for (const lane of all) if (!this.#isFull()) yield lane
  }

  async #readSources(parts: readonly AuditedPart[]): Promise<boolean> {
    if (parts.length === 0) return false
    const slices = await Promise.all(parts.map(({ topic, topicId: id, partition, read: from }) => readSlice(this.#it.cluster, { topic, id, partition, from, maxBytes: sliceBytes })))
    const places = parts.map(({ unit, topic, topicId, partition, read, limit }, at) => ({ unit, topic, topicId, partition, from: read, next: Math.min(slices[at]!.next, limit) }))
    const known = await knownToBooks(this.#it.ledger, places)
    for (const [at, part] of parts.entries()) this.#expect(part, slices[at]!.records, places[at]!.next, known[at]!)
    return places.some(({ from, next }) => next > from)
  }

  #expect(part: AuditedPart, records: readonly KafkaRecord[], to: number, books: KnownToBooks): void {
    const { source, expectation, match, partition } = part
    for (const { offset, value } of records) {
      if (offset >= to) break
      match.expect({ ...expectation.of(value, partition, offset), offset, rejected: books.rejected.has(offset), today: books.mappingOf(offset) === source.fingerprint })
    }
    part.read = to
  }

  async #readLane(lane: AuditLane, step: Step): Promise<boolean> {
    const { topic, topicId: id, partition, next: from } = lane
    const { records, next } = await readSlice(this.#it.cluster, { topic, id, partition, from, maxBytes: sliceBytes })
    for (const record of records) {
      if (record.offset < from) continue
      const marked = this.#marks.get(markOf(record))
      if (marked === undefined) await this.#unmarked(lane, record, step)
      else marked.match.see(seenBy(lane, record, marked))
    }
    lane.next = next
    return next > from
  }

  async #unmarked(lane: AuditLane, record: KafkaRecord, step: Step): Promise<void> {
    const said = await this.#reader.said(lane, record), at = record.offset
    if ('stray' in said) { if (this.#range === null) step.strays.push({ lane, at, says: said.stray }); return }
    const { topic, partition, seen } = said, part = this.#places.get(`${topic}/${partition}`)
    if (part === undefined) {
      if (this.#range === null && !this.#left.has(`${topic}/${partition}`)) await this.#placeless(lane, at, topic, partition, step)
      return
    }
    if ((this.#range !== null && (seen.offset < this.#range.from || seen.offset >= this.#range.to))) return
    // What was written after the ends were asked for may be ahead of them; what is ahead of the source itself, nobody can have translated.
    if (seen.offset >= part.end) part.end = await offsetOf(this.#it.cluster, topic, partition, 'latest')
    if (seen.offset >= part.end) step.late.push({ part, seen })
    else part.match.see(seen)
  }

  async #hasGrown(): Promise<boolean> {
    const { cluster, names, sources } = this.#it
    if (this.#range !== null) return false
    await cluster.refresh()
    for (const [place, { id }] of this.#left) {
      const topic = place.slice(0, place.lastIndexOf('/')), unit = sources.find(({ card }) => names.topic(card.topic) === topic)
      if (unit !== undefined && await this.#isAdopted(unit.card.name, topic, id, cluster.topic(topic)?.id)) return true
    }
    return sources.reduce((sum, { card }) => sum + (cluster.topic(names.topic(card.topic))?.leaders.length ?? 0), 0) > this.parts.length + this.#left.size
  }

  async #isAdopted(unit: string, topic: string, was: string, now: string | undefined): Promise<boolean> {
    return now !== undefined && (await this.#it.ledger.adopted.count({ where: { unit, topic, was, now } })) > 0
  }

  /** Its partition may have come later than this audit began. */
  async #placeless(lane: AuditLane, at: number, topic: string, partition: number, step: Step): Promise<void> {
    const { cluster, sources, names } = this.#it, isSource = sources.some(({ card }) => names.topic(card.topic) === topic)
    if (isSource) await cluster.refresh()
    if (isSource && partition < (cluster.topic(topic)?.leaders.length ?? 0)) step.outgrown = true
    else step.strays.push({ lane, at, says: 'no source of this hub reads the partition that it names' })
  }

  #pass(step: Step): void {
    for (const part of this.parts) {
      const counts = this.counts[part.unit]!, before = counts.read, { differences, outOfOrder, late } = part.match.pass(part.read, counts)
      step.records += counts.read - before
      step.read.set(part.unit, (step.read.get(part.unit) ?? 0) + counts.read - before)
      for (const it of differences) step.differences.push({ ...it, part })
      for (const seen of outOfOrder) step.outOfOrder.push({ part, seen })
      for (const seen of late) step.late.push({ part, seen })
    }
  }
}

const markOf = ({ value, headers }: KafkaRecord): bigint => (value === null ? deleteMark(deleteSays(headers)) : valueMark(value))

const seenBy = ({ name }: AuditLane, { offset: at, key, value }: KafkaRecord, { wanted, offset }: Marked): Seen => ({
  lane: name, at, offset, revision: 0, model: wanted.model, entity: wanted.entity, version: wanted.version, mapping: value === null ? null : wanted.mapping, effectKey: wanted.effectKey, mark: wanted.mark,
  keyed: key !== null && key.toString() === wanted.entity,
})
