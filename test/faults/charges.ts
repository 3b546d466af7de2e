import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelCodec, rejectionCodec } from '../../canonical/codec.ts'
import type { Receipt, Rejection } from '../../canonical/models.generated.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { NewRecord } from '../../services/runtime/kafka/producer.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import { asRedriven, type Redriven } from '../../services/runtime/redrive.ts'
import { sourcesFolder } from '../../services/translator/sources/generate.ts'
import { eventually, type Route } from '../route.ts'
import { receiptsOf } from '../translated.ts'

export const unit = 'stripe-events', model = 'payment.v1'
const sample = JSON.parse(readFileSync(join(sourcesFolder, unit, 'samples', 'a-charge-captured-at-once.in.json'), 'utf8')) as { data: { object: object } }

/** The state `n` of a charge, as its source sends it. `marked`: one that yesterday's mapping refuses. */
export const charge = (id: string, n: number, marked = false): NewRecord =>
  ({ key: id, value: JSON.stringify({ ...sample, created: n, data: { object: { ...sample.data.object, id, description: marked ? 'nobody knows yet' : 'Order 1' } } }) })

/** What came out of each charge, in the order of its topic: the numbers of its states. */
export async function statesOf(route: Route): Promise<Map<string, string>> {
  const codec = modelCodec(model), states = new Map<string, number[]>()
  for (const { record } of await readAll(route.kafka.control, route.names.canonical(model))) {
    const { entity, version } = codec.decodeMeta(record.value!, () => schemaText(model)), id = entity.split(':')[1]!
    states.set(id, [...(states.get(id) ?? []), version / 1_000_000])
  }
  return new Map([...states].map(([id, all]) => [id, all.join(' ')]))
}

export async function rejectionsOf(route: Route, of: string = unit): Promise<Rejection[]> {
  const codec = rejectionCodec()
  return (await readAll(route.kafka.control, route.names.rejected(of))).map(({ record }) => codec.decode(record.value!, () => schemaText('rejection.v1')))
}

/** Sends them to the source again, as the reconciler does it. */
export async function askAgain(route: Route, rejections: readonly Rejection[], ask: Redriven['ask'] = 'redrive'): Promise<void> {
  await route.producer().send(route.names.redriveSource(unit), rejections.map(({ id, originTopic, originTopicId, originPartition, originOffset, attempt, key, value, headers }) => {
    const it = { rejection: id, topic: originTopic, topicId: originTopicId, partition: originPartition, offset: originOffset, attempt, ask }
    return { partition: originPartition, key, value, headers: Object.fromEntries(asRedriven(it, headers).map((header) => [header.name, header.value!])) }
  }))
}

/** Waits until the translator stands at the end of the source, and of what it is asked and asks itself to do again. */
export async function throughAt(route: Route, withinMs = 90_000, { of, topic }: { of: string; topic: string } = { of: unit, topic: 'source.stripe.events' }): Promise<void> {
  await eventually(withinMs, async () => {
    const { names, admin } = route, positions = await admin.groupOffsets(names.translatorGroup(of))
    for (const each of [names.topic(topic), names.redriveSource(of)]) for (const [partition, end] of (await admin.topicOffsets(each, 'latest')).entries()) {
      const at = positions.find((it) => it.topic === each && it.partition === partition)?.offset ?? -1
      if (at < end) throw new Error(`${each}/${partition} is at ${at} of ${end}`)
    }
  })
}

/** Source records by what became of them, added up over the receipts of a source; throws where an interval is missing or doubled, or a block is out of balance. */
export async function booksOf(route: Route, of: string = unit): Promise<Record<string, number>> {
  const all = (await receiptsOf(route)).filter((it) => it.unit === of), counts: Record<string, number> = {}, blocks = new Map<string, number>()
  for (const [place, those] of Map.groupBy(all, (it) => `${it.topic}/${it.partition}`)) joined(place, those)
  for (const { originTopic, originPartition, block, model: which, outcome, count } of all.flatMap(({ entries }) => entries)) {
    if (which !== null || outcome === 'skipped') continue
    const place = `${originTopic}/${originPartition}/${block}`
    counts[outcome] = (counts[outcome] ?? 0) + count
    blocks.set(place, (blocks.get(place) ?? 0) + (outcome === 'read' ? count : -count))
  }
  for (const [place, left] of blocks) if (left !== 0) throw new Error(`${place} is out of balance by ${left}`)
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}
function joined(place: string, receipts: readonly Receipt[]): void {
  let at: number | null = null
  for (const { from, next } of receipts.toSorted((a, b) => a.from - b.from)) {
    if (at !== null && from !== at) throw new Error(`${place} has a ${from < at ? 'n overlap' : ' gap'} at ${at}`)
    at = next
  }
}
