import type { Verdict } from '../../runtime/compared.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Names } from '../../runtime/names.ts'
import type { Given } from '../../runtime/republish.ts'
import type { MadeToday } from './made-today.ts'
import { type Lying, place, type Shipped } from './shipped.ts'
import type { Looked, Slice } from './slice.ts'
import type { Tally } from './tally.ts'
import { atFirstSight, type Changed, onReading } from './verdict.ts'

/** A source record whose canonical records are to be published again. */
export interface Differing { readonly partition: number; readonly offset: number; readonly give: readonly Given[] }
export interface CompareParts { readonly cluster: Cluster; readonly names: Names; readonly topic: string; readonly made: MadeToday; readonly shipped: Shipped; /** Asked now and then; throws when somebody else does it now. */ readonly still: () => Promise<void> }
interface Suspect { readonly record: Looked; readonly seen: Changed }

/** Brokers let a producer's clock be ahead by an hour, and the translator sets such times back to its own. */
const clocksDifferMs = 86_400_000
const readAtOnce = 500

/** Counts what has become of the slice's records beside what would today, and answers what a remap publishes. */
export async function compareSlice(parts: CompareParts, slice: Slice, tally: Tally): Promise<Differing[]> {
  const { byOrigin, byState } = await lyingOf(parts, slice), suspects: Suspect[] = [], differing: Differing[] = []
  const count = (verdict: Verdict, record: Looked) => { tally.count(verdict, `${parts.topic}/${place(record)}`) }
  for (const record of slice.records) {
    const seen = atFirstSight(record.today, byOrigin.get(place(record)))
    if (typeof seen === 'string') count(seen, record)
    else suspects.push({ record, seen })
  }
  for (let at = 0; at < suspects.length; at += readAtOnce) {
    await parts.still()
    const these = suspects.slice(at, at + readAtOnce), contents = await contentsOf(parts, these)
    for (const { record, seen } of these) {
      const { verdict, give, differences } = onReading(seen, byState, contents.given, contents.today(record))
      count(verdict, record)
      for (const it of differences) tally.differs(it.model, it)
      if (give.length > 0) differing.push({ partition: record.partition, offset: record.offset, give })
    }
  }
  return differing
}

/** What lies in the canonical topics: of these records by origin, the latest revision of each state; and all that there is of these states. */
async function lyingOf({ topic, made, shipped, still }: CompareParts, { before, after, records, oldest, newest }: Slice) {
  const byOrigin = new Map<string, Map<string, Lying>>(), byState = new Map<string, Lying[]>()
  const states = records.flatMap(({ today }) => (typeof today === 'string' ? [] : today.states)), wanted = new Set(states.map(({ key }) => key)), entities = new Set(states.map(({ entity }) => entity))
  const ranges = new Map(before.map(({ partition, next }, at) => [partition, { from: next, to: after[at]!.next }]))
  for await (const it of records.length === 0 ? [] : shipped.of(made.models, topic, oldest - clocksDifferMs, newest, entities, still)) {
    if (wanted.has(it.key)) { const those = byState.get(it.key); if (those) those.push(it); else byState.set(it.key, [it]) }
    const { origin, key } = it, range = ranges.get(origin.partition)
    if (range === undefined || origin.offset < range.from || origin.offset >= range.to) continue
    const known = byOrigin.get(place(origin))
    if (known === undefined) byOrigin.set(place(origin), new Map([[key, it]]))
    else if ((known.get(key)?.revision ?? -1) <= it.revision) known.set(key, it)
  }
  return { byOrigin, byState }
}

/** The contents of suspects, then and today. */
async function contentsOf({ cluster, names, topic, made, shipped }: CompareParts, suspects: readonly Suspect[]) {
  const originals = new Map<string, KafkaRecord>(), given = new Map<Lying, object | null>()
  for (const [partition, these] of Map.groupBy(suspects, ({ record }) => record.partition)) {
    for (const [offset, record] of await readAt(cluster, topic, partition, these.map(({ record: { offset } }) => offset))) originals.set(place({ partition, offset }), record)
  }
  const lying = suspects.flatMap((it) => it.seen.changed.map(({ key }) => it.seen.lying.get(key)!))
  for (const these of Map.groupBy(lying, ({ model, partition }) => `${model}/${partition}`).values()) {
    const { model, partition } = these[0]!, found = await readAt(cluster, names.canonical(model), partition, these.map(({ offset }) => offset))
    const there = these.filter(({ offset }) => found.has(offset)), contents = await shipped.contents(model, there.map(({ offset }) => found.get(offset)!))
    there.forEach((it, at) => given.set(it, contents[at]!))
  }
  return {
    given: (it: Lying) => given.get(it),
    today: (it: Looked) => { const original = originals.get(place(it)); return original === undefined ? undefined : made.contents(original.value) },
  }
}
