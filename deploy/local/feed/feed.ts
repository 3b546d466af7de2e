import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { realClock, virtualClock } from './clock.ts'
import type { Draft, Given } from './draft.ts'
import { makeManifest, type Manifest } from './manifest.ts'
import { makeRandom } from './random.ts'
import { sourceNames, sources, type SourceName } from './sources.ts'
import { spoil } from './spoil.ts'
import { streams } from './streams/index.ts'
import { makeWorld } from './world.ts'

export interface FeedOptions {
  /** The same seed gives the same bytes. Without one the feed is a new one each time, and lives in real time. */
  seed?: string | number | undefined
  sources?: readonly SourceName[]
  /** Share of records that must be rejected. */
  bad?: number
  /** Share of records that are sent once more, byte for byte. */
  duplicates?: number
  /** Share of updates that arrive after a newer state of the same thing. */
  stale?: number
}

/** `new`, `update`, `delete`, `stale`, `duplicate`, `filtered:<name>` or `bad:<kind>`. */
export type Class = string
export interface FeedRecord { readonly source: SourceName; readonly topic: string; readonly key: Buffer; readonly value: Buffer | null; readonly class: Class; readonly gives: readonly Given[] }
export interface Feed { next(): FeedRecord; take(count: number): Generator<FeedRecord>; manifest(): Manifest }

const recently = 200
const since = Date.UTC(2025, 0, 1) / 1000

/** Records of the sample world, one after the other, and what must come out of them. */
export function makeFeed(options: FeedOptions = {}): Feed {
  const { bad = 0, duplicates = 0.02, stale = 0.05 } = options
  const chosen = options.sources ?? sourceNames
  const seed = String(options.seed ?? Date.now())
  const random = makeRandom(seed)
  const live = options.seed === undefined
  const clock = live ? realClock() : virtualClock(makeRandom(`${seed} clock`))
  // Fifty numbers for each second that passes: more than a live feed uses up.
  const world = makeWorld(makeRandom(`${seed} world`), clock, live ? (clock.now() - since) * 50 : 0)
  const manifest = makeManifest(seed)
  const lanes = chosen.map((source) => ({ source, draft: streams[source](world), late: [] as { draft: Draft; due: number }[], recent: [] as FeedRecord[], sent: 0, held: new Set<string>() }))
  const wheel = lanes.flatMap((lane) => new Array<(typeof lanes)[number]>(sources[lane.source].share).fill(lane))
  return { next, take, manifest: () => manifest.result() }

  function* take(count: number): Generator<FeedRecord> { for (let i = 0; i < count; i++) yield next() }

  function next(): FeedRecord {
    clock.tick()
    const lane = random.pick(wheel)
    lane.sent++
    const again = lane.recent.length > 0 && random.chance(duplicates) ? random.pick(lane.recent) : undefined
    if (again !== undefined && !waits(lane, again.key.toString(), again.gives)) return sent({ ...again, class: 'duplicate' })
    const record = write(lane)
    if (record.gives.length > 0) lane.recent[lane.recent.length < recently ? lane.recent.length : random.below(recently)] = record
    return sent(record)
  }

  function write(lane: (typeof lanes)[number]): FeedRecord {
    const due = lane.late.findIndex((it) => it.due <= lane.sent)
    const held = due < 0 ? undefined : lane.late.splice(due, 1)[0]
    let draft = held?.draft ?? lane.draft()
    if (held === undefined && draft.again !== null && random.chance(stale)) {
      const newer = draft.again()
      if (newer !== null) { lane.late.push({ draft, due: lane.sent + 1 + random.below(100) }); draft = newer }
    }
    const { source, gives } = draft, { topic } = sources[source], key = Buffer.from(draft.key)
    if (waits(lane, draft.key, gives)) return write(lane)
    // Of a delete hardly anything is read, so it is left whole.
    if (gives[0]?.deleted === false && random.chance(bad)) {
      const { kind, value } = spoil(draft, random)
      for (const { tracked } of strictOf(gives)) lane.held.add(draft.key).add(tracked.entity)
      return { source, topic, key, value, class: `bad:${kind}`, gives: [] }
    }
    const value = draft.payload === null ? null : Buffer.from(JSON.stringify(draft.payload))
    return { source, topic, key, value, class: draft.filtered === null ? manifest.classOf(gives) : `filtered:${draft.filtered}`, gives }
  }

  /** What comes after a bad record of a strict model would be parked, how much of it would depend on partitions: it is not sent. */
  function waits({ held }: (typeof lanes)[number], key: string, gives: readonly Given[]): boolean { return held.size > 0 && strictOf(gives).some(({ tracked }) => held.has(key) || held.has(tracked.entity)) }

  function sent(record: FeedRecord): FeedRecord {
    manifest.count(record)
    return record
  }
}

const strictOf = (gives: readonly Given[]) => gives.filter(({ tracked }) => modelCards[tracked.model].kind === 'strict')
