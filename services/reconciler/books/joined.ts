import type { Receipt } from '../../../canonical/models.generated.ts'

/** Offsets that receipts of one stage and partition account for without a break. */
export interface SpanRow { stage: string; unit: string; topic_id: string; partition: number; from_offset: number; next_offset: number; topic: string }

/** Receipts that follow one another become one span. A revision accounts for its interval again and joins nothing. */
export function joined(receipts: readonly Receipt[]): SpanRow[] {
  const spans: SpanRow[] = []
  const open = new Map<string, SpanRow>()
  for (const { stage, unit, topicId, partition, from, next, topic } of receipts.filter(({ revision }) => revision === 0).toSorted((a, b) => a.from - b.from)) {
    const key = JSON.stringify([stage, unit, topicId, partition])
    const last = open.get(key)
    if (last?.next_offset === from) { last.next_offset = next; continue }
    const span = { stage: stage.toLowerCase(), unit, topic_id: topicId, partition, from_offset: from, next_offset: next, topic }
    open.set(key, span)
    spans.push(span)
  }
  return spans
}
