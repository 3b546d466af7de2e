import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Verdict } from '../../runtime/compared.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Names } from '../../runtime/names.ts'
import type { Given } from '../../runtime/republish.ts'
import { differingFields } from './differing-fields.ts'
import type { MadeToday, State } from './made-today.ts'
import type { Lying, Shipped } from './shipped.ts'
import type { Looked, Slice } from './slice.ts'
import type { Tally } from './tally.ts'

/** A source record whose canonical records are to be published again. */
export interface Differing { readonly partition: number; readonly offset: number; readonly give: readonly Given[] }
export interface CompareParts { readonly cluster: Cluster; readonly names: Names; readonly topic: string; readonly made: MadeToday; readonly shipped: Shipped }
/** A record of which some states have another hash: whether their content differs is seen when they are read. */
interface Suspect { readonly record: Looked; readonly changed: readonly State[]; readonly lying: ReadonlyMap<string, Lying>; readonly otherState: boolean }

/** Brokers let a producer's clock be ahead by an hour, and the translator sets such times back to its own. */
const clocksDifferMs = 86_400_000
const readAtOnce = 500
const place = ({ partition, offset }: { readonly partition: number; readonly offset: number }) => `${partition}/${offset}`

/** Counts what has become of the slice's records beside what would today, and answers what a remap publishes. */
export async function compareSlice(parts: CompareParts, slice: Slice, tally: Tally): Promise<Differing[]> {
  const { byOrigin, byState } = await lyingOf(parts, slice), suspects: Suspect[] = []
  const count = (verdict: Verdict, record: Looked) => { tally.count(verdict, `${parts.topic}/${place(record)}`) }
  for (const record of slice.records) {
    const { today } = record, lying = byOrigin.get(place(record))
    if (lying === undefined) { count(typeof today === 'string' ? 'same' : 'was-not-there', record); continue }
    if (typeof today === 'string') { count(today, record); continue }
    const keys = new Set(today.states.map(({ key }) => key)), changed = today.states.filter(({ key, hash }) => lying.has(key) && lying.get(key)!.hash !== hash)
    const otherState = [...keys].some((key) => !lying.has(key)) || [...lying.keys()].some((key) => !keys.has(key))
    if (changed.length > 0) suspects.push({ record, changed, lying, otherState })
    else count(otherState ? 'another-state' : 'same', record)
  }
  const differing: Differing[] = []
  for (let at = 0; at < suspects.length; at += readAtOnce) {
    const these = suspects.slice(at, at + readAtOnce), contents = await contentsOf(parts, these)
    for (const it of these) {
      const { record, changed, lying, otherState } = it, made = contents.today(record), give: Given[] = []
      let passed = false
      for (const { key, model, entity, version } of changed) {
        const mine = lying.get(key)!, then = contents.given(mine)
        if (then === undefined || made?.has(key) !== true) continue
        // A model that has got a field gives other bytes for the same content.
        const differences = differingFields(model, then, made.get(key)!)
        if (differences.length === 0) continue
        const all = byState.get(key)!
        if (all.some((other) => takesThePlaceOf(other, mine))) { passed = true; continue }
        give.push({ model, entity, version, revision: 1 + all.reduce((most, { revision }) => Math.max(most, revision), 0) })
        for (const difference of differences) tally.differs(model, difference)
      }
      count(give.length > 0 ? 'differs' : otherState ? 'another-state' : passed ? 'passed' : 'same', record)
      if (give.length > 0) differing.push({ partition: record.partition, offset: record.offset, give })
    }
  }
  return differing
}

/** Invariant 3: of equal versions a later record of the partition is the newer. A raised revision of the earlier one would overwrite it. */
const takesThePlaceOf = (it: Lying, mine: Lying): boolean => it.hash !== mine.hash && place(it.origin) !== place(mine.origin)
  && (it.revision > mine.revision || (it.revision === mine.revision && it.origin.partition === mine.origin.partition && it.origin.offset > mine.origin.offset))

/** What lies in the canonical topics: of these records by origin, the latest revision of each state; and all that there is of these states. */
async function lyingOf({ topic, made, shipped }: CompareParts, { before, after, records, oldest }: Slice) {
  const byOrigin = new Map<string, Map<string, Lying>>(), byState = new Map<string, Lying[]>()
  const wanted = new Set(records.flatMap(({ today }) => (typeof today === 'string' ? [] : today.states.map(({ key }) => key))))
  const ranges = new Map(before.map(({ partition, next }, at) => [partition, { from: next, to: after[at]!.next }]))
  for await (const it of records.length === 0 ? [] : shipped.of(made.models, topic, oldest - clocksDifferMs)) {
    if (wanted.has(it.key)) byState.set(it.key, [...byState.get(it.key) ?? [], it])
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
  const lying = suspects.flatMap((it) => it.changed.map(({ key }) => it.lying.get(key)!))
  for (const these of Map.groupBy(lying, ({ model, partition }) => `${model}/${partition}`).values()) {
    const { model, partition } = these[0]!, found = await readAt(cluster, names.canonical(model as ModelName), partition, these.map(({ offset }) => offset))
    const there = these.filter(({ offset }) => found.has(offset)), contents = await shipped.contents(model, there.map(({ offset }) => found.get(offset)!))
    there.forEach((it, at) => given.set(it, contents[at]!))
  }
  return {
    given: (it: Lying) => given.get(it),
    today: (it: Looked) => { const original = originals.get(place(it)); return original === undefined ? undefined : made.contents(original.value) },
  }
}
