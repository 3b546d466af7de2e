import type pg from 'pg'
import { rejectionCodec } from '../../canonical/codec.ts'
import type { ModelName, Receipt, Rejection } from '../../canonical/models.generated.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import { asRedriven, type Redriven } from '../../services/runtime/redrive.ts'
import { eventually, type Route } from '../route.ts'
import { receiptsOf } from '../translated.ts'

/** Everything that a target has refused. */
export async function rejectionsAt(route: Route, unit: string): Promise<Rejection[]> {
  const codec = rejectionCodec()
  return (await readAll(route.kafka.control, route.names.rejected(unit))).map(({ record }) => codec.decode(record.value!, () => schemaText('rejection.v1')))
}

/** Sends them to the target again, as the reconciler does it. */
export async function redriveAt(route: Route, unit: string, model: ModelName, rejections: readonly Rejection[], ask: Redriven['ask'] = 'redrive'): Promise<void> {
  await route.producer().send(route.names.redriveTarget(unit, model), rejections.map(({ id, originTopic, originTopicId, originPartition, originOffset, attempt, key, value, headers }) => {
    const it = { rejection: id, topic: originTopic, topicId: originTopicId, partition: originPartition, offset: originOffset, attempt, ask }
    return { partition: originPartition, key, value, headers: Object.fromEntries(asRedriven(it, headers).map((header) => [header.name, header.value!])) }
  }))
}

/** Waits until the target stands at the end of the model's redrive topic, and has nothing more to tell. */
export async function redrivenAt(route: Route, unit: string, model: ModelName, target: pg.Pool): Promise<void> {
  const topic = route.names.redriveTarget(unit, model)
  await eventually(60_000, async () => {
    const { rows: [left] } = await target.query<{ letters: number }>('select count(*)::int as letters from hub.outbox')
    if (left!.letters > 0) throw new Error(`${left!.letters} letters are not published`)
    const { rows } = await target.query<{ partition: number; next: string }>('select partition, next from hub.position where topic = $1', [topic])
    for (const [partition, end] of (await route.admin.topicOffsets(topic, 'latest')).entries()) {
      if (Number(rows.find((it) => it.partition === partition)?.next ?? 0) < end) throw new Error(`${topic}/${partition} is not at its end`)
    }
  })
}

/** Receipts as the books take them: each interval once. */
export async function receiptsAt(route: Route, unit: string): Promise<Receipt[]> {
  const all = (await receiptsOf(route)).filter((it) => it.unit === unit)
  return [...new Map(all.map((it) => [`${it.topic}/${it.partition}/${it.from}`, it])).values()]
}
