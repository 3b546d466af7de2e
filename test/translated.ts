import { modelCodec, receiptCodec, rejectionCodec } from '../canonical/codec.ts'
import { parseEffectKey } from '../canonical/key.ts'
import { modelNames, type Receipt } from '../canonical/models.generated.ts'
import { schemaText } from '../canonical/schemas.ts'
import { readAll } from '../services/runtime/kafka/read-all.ts'
import type { KafkaRecord } from '../services/runtime/kafka/chunk.ts'
import { sourceNames } from '../services/translator/sources/index.generated.ts'
import type { Route } from './route.ts'

/** What set, count and order in the canonical topics show, beside what was sent. Empty lists: exactly once, in order. */
export interface Differences { missing: string[]; extra: string[]; reordered: string[]; rejections: string[]; receipts: string[] }

/** Reads everything that the translator wrote, as committed, and compares it with what the feed sent, record by record. */
export async function differences(route: Route): Promise<Differences> {
  const expected = expectedOf(route), found = new Map<string, number>(), reordered: string[] = []
  for (const model of modelNames) {
    const codec = modelCodec(model), last = new Map<string, number>()
    for (const { partition, record } of await readAll(route.kafka.control, route.names.canonical(model))) {
      const { entity, version, origin } = metaOf(record, (bytes) => codec.decodeMeta(bytes, () => schemaText(model)))
      const key = `${origin.topic}/${origin.partition}/${origin.offset} ${model} ${entity}@${version}${record.value === null ? ' deleted' : ''}`
      found.set(key, (found.get(key) ?? 0) + 1)
      const lane = `${model}/${partition} from ${origin.topic}/${origin.partition}`
      if (origin.offset < (last.get(lane) ?? -1)) reordered.push(`${lane}: ${origin.offset} after ${last.get(lane)}`)
      last.set(lane, origin.offset)
    }
  }
  return { ...compare(expected.canonical, found), reordered, rejections: await rejectionProblems(route, expected.rejected), receipts: receiptProblems(route, await receiptsOf(route)) }
}

function expectedOf(route: Route) {
  const canonical = new Map<string, number>(), rejected = new Set<string>()
  for (const [place, records] of route.sent) for (const [offset, record] of records.entries()) {
    if (record.class.startsWith('bad:')) rejected.add(`${place}/${offset}`)
    for (const { tracked, version, deleted } of record.gives) canonical.set(`${place}/${offset} ${tracked.model} ${tracked.entity}@${version}${deleted ? ' deleted' : ''}`, 1)
  }
  return { canonical, rejected }
}

function compare(expected: Map<string, number>, found: Map<string, number>) {
  const missing = [...expected.keys()].filter((key) => !found.has(key))
  const extra = [...found].flatMap(([key, count]) => (!expected.has(key) ? [key] : count > 1 ? [`${key} ${count} times`] : []))
  return { missing, extra }
}

/** A delete tells in its headers what other records tell in `meta`. */
function metaOf(record: KafkaRecord, decode: (bytes: Buffer) => { entity: string; version: number; origin: { topic: string; partition: number; offset: number } }) {
  if (record.value !== null) return decode(record.value)
  const header = (name: string) => record.headers.find((it) => it.name === name)!.value!.toString()
  const [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin'))!
  return { entity: parseEffectKey(header('ce_id')).entity, version: Number(header('hub_version')), origin: { topic: topic!, partition: Number(partition), offset: Number(offset) } }
}

async function rejectionProblems(route: Route, expected: ReadonlySet<string>): Promise<string[]> {
  const codec = rejectionCodec(), found = new Map<string, number>(), problems: string[] = []
  for (const name of sourceNames) for (const { record } of await readAll(route.kafka.control, route.names.rejected(name))) {
    const it = codec.decode(record.value!, () => schemaText('rejection.v1'))
    const place = `${it.originTopic}/${it.originPartition}`, origin = `${place}/${it.originOffset}`
    found.set(origin, (found.get(origin) ?? 0) + 1)
    const original = route.sent.get(place)?.[it.originOffset]?.value
    if (!(original === null ? it.value === null : original !== undefined && it.value !== null && original.equals(it.value))) problems.push(`${origin}: not the original bytes`)
  }
  const { missing, extra } = compare(new Map([...expected].map((it) => [it, 1])), found)
  return [...problems, ...missing.map((it) => `${it} was not rejected`), ...extra.map((it) => `${it} was rejected`)]
}

export async function receiptsOf(route: Route): Promise<Receipt[]> {
  const codec = receiptCodec()
  return (await readAll(route.kafka.control, route.names.receipts)).map(({ record }) => codec.decode(record.value!, () => schemaText('receipt.v1')))
}

/** The books of the translator: no gap, no overlap, and every source record in exactly one outcome. */
function receiptProblems(route: Route, receipts: readonly Receipt[]): string[] {
  const problems: string[] = []
  for (const [place, records] of route.sent) {
    const own = receipts.filter((it) => it.stage === 'TRANSLATE' && `${it.topic}/${it.partition}` === place).sort((a, b) => a.from - b.from)
    let at = 0
    for (const { from, next } of own) { if (from !== at) problems.push(`${place}: ${from < at ? 'overlap' : 'gap'} at ${at}`); at = next }
    if (at < records.length) problems.push(`${place}: receipts end at ${at} of ${records.length}`)
    const count = (outcome: string) => own.flatMap((it) => it.entries).filter((it) => it.model === null && it.outcome === outcome).reduce((sum, it) => sum + it.count, 0)
    const [read, ...became] = ['read', 'mapped', 'filtered', 'rejected', 'superseded', 'discarded', 'parked'].map(count) as [number, ...number[]]
    if (read !== records.length || read !== became.reduce((sum, it) => sum + it, 0)) problems.push(`${place}: read ${read} of ${records.length} = mapped, filtered, rejected, superseded, discarded, parked ${became.join(' + ')}`)
  }
  return problems
}

export const none: Differences = { missing: [], extra: [], reordered: [], rejections: [], receipts: [] }
