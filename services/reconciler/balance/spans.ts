/** Offsets that receipts of one stage account for, as the ledger holds them. */
export interface SpanRow { readonly stage: string; readonly unit: string; readonly topic: string; readonly topicId: string; readonly partition: number; readonly from: number; readonly next: number }
export interface Gap { readonly from: number; readonly next: number }

/** How far the receipts of one partition reach: without a break, at the most, and what lies between. */
export interface Reach { readonly whole: number; readonly most: number; readonly gaps: readonly Gap[] }

/** By `stage unit topic topicId/partition`. */
export class Spans {
  readonly #of: ReadonlyMap<string, readonly SpanRow[]>
  constructor(rows: readonly SpanRow[]) { this.#of = Map.groupBy(rows, ({ stage, unit, topic, topicId, partition }) => key(stage, unit, topic, topicId, partition)) }

  reach(stage: string, unit: string, topic: string, topicId: string, partition: number): Reach {
    const gaps: Gap[] = [], rows = (this.#of.get(key(stage, unit, topic, topicId, partition)) ?? []).toSorted((a, b) => a.from - b.from)
    let most = rows[0]?.from ?? 0
    for (const { from, next } of rows) {
      if (from > most) gaps.push({ from: most, next: from })
      most = Math.max(most, next)
    }
    return { whole: gaps[0]?.from ?? most, most, gaps }
  }
}

const key = (...parts: readonly (string | number)[]) => JSON.stringify(parts)
