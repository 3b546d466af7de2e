import type { Receipt } from '../../../canonical/models.generated.ts'

/** A block that receipts count in. Times: of the source's own records that were read, in microseconds. `resent`: records of it were sent again, so what was proven of it is not any more. */
export interface TouchedRow { topic: string; partition: number; block: number; oldest: number | null; newest: number | null; resent: boolean }

export function touched(receipts: readonly Receipt[]): TouchedRow[] {
  const rows = new Map<string, TouchedRow>()
  for (const { stage, topic, oldest, newest, entries } of receipts) for (const { originTopic, originPartition, block } of entries) {
    const key = JSON.stringify([originTopic, originPartition, block]), row = rows.get(key) ?? { topic: originTopic, partition: originPartition, block, oldest: null, newest: null, resent: false }
    rows.set(key, row)
    if (stage !== 'TRANSLATE') continue
    if (topic !== originTopic) { row.resent = true; continue }
    row.oldest = either(row.oldest, oldest, Math.min)
    row.newest = either(row.newest, newest, Math.max)
  }
  return [...rows.values()]
}

const either = (a: number | null, b: number | null, of: (a: number, b: number) => number) => (a === null ? b : b === null ? a : of(a, b))
