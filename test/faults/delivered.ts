import type pg from 'pg'
import type { ModelName } from '../../canonical/models.generated.ts'
import { eventually, type Route } from '../route.ts'

/** Waits until a target stands at the end of every canonical topic and every receipt is published. */
export async function delivered(route: Route, state: pg.Pool, models: readonly ModelName[], withinMs = 120_000): Promise<void> {
  await eventually(withinMs, async () => {
    const { rows } = await state.query<{ topic: string; partition: number; next: string }>('select topic, partition, next from hub.position')
    const behind: string[] = []
    for (const model of models) {
      const topic = route.names.canonical(model)
      for (const [partition, end] of (await route.admin.topicOffsets(topic, 'latest')).entries()) {
        const next = Number(rows.find((it) => it.topic === topic && it.partition === partition)?.next ?? 0)
        if (next < end) behind.push(`${topic}/${partition} at ${next} of ${end}`)
      }
    }
    if (behind.length > 0) throw new Error(`not delivered: ${behind.join(', ')}`)
    const { rows: [letters] } = await state.query<{ n: number }>('select count(*)::int as n from hub.outbox')
    if (letters!.n > 0) throw new Error(`${letters!.n} letters are not published`)
  })
}
