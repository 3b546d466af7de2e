import { textOfUnscaled } from '../../../canonical/decimal-sum.ts'
import { unscaled } from '../../../canonical/decimal.ts'
import { HashSum } from '../../../canonical/key.ts'
import type { Receipt, ReceiptEntry } from '../../../canonical/models.generated.ts'

/** What one stage made of one block of origin, added up over receipts. Numbers beyond a double's reach are text. */
export interface BlockRow {
  stage: string; unit: string; origin_topic: string; origin_partition: number; block: number
  model: string; outcome: string; reason: string
  count: number; hash_sum: string; totals: Record<string, string>
}

interface Sum { row: BlockRow; hashSum: bigint; totals: Map<string, bigint> }

/** Adds receipts up by stage, unit, block, model, outcome and reason; -1: takes them away. */
export function fold(receipts: readonly Receipt[], sign: 1n | -1n = 1n): BlockRow[] {
  const sums = new Map<string, Sum>()
  for (const receipt of receipts) for (const entry of receipt.entries) add(sumOf(sums, receipt, entry), entry, sign)
  return [...sums.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, { row, hashSum, totals }]) => ({
    ...row, hash_sum: hashSum.toString(), totals: Object.fromEntries([...totals].map(([name, total]) => [name, textOfUnscaled(total)])),
  }))
}

function sumOf(sums: Map<string, Sum>, { stage, unit }: Receipt, entry: ReceiptEntry): Sum {
  const row: BlockRow = {
    stage: stage.toLowerCase(), unit, origin_topic: entry.originTopic, origin_partition: entry.originPartition, block: entry.block,
    model: entry.model === null ? none : entry.model, outcome: entry.outcome, reason: entry.reason === null ? none : entry.reason,
    count: 0, hash_sum: '0', totals: {},
  }
  const key = JSON.stringify([row.stage, unit, row.origin_topic, row.origin_partition, row.block, row.model, row.outcome, row.reason])
  const known = sums.get(key)
  if (known) return known
  const made: Sum = { row, hashSum: 0n, totals: new Map() }
  sums.set(key, made)
  return made
}

function add(sum: Sum, entry: ReceiptEntry, sign: bigint): void {
  sum.row.count += Number(sign) * entry.count
  sum.hashSum = BigInt.asUintN(64, sum.hashSum + sign * HashSum.of(entry.hashSum))
  for (const [name, total] of Object.entries(entry.totals)) sum.totals.set(name, (sum.totals.get(name) ?? 0n) + sign * BigInt(unscaled(total)))
}

// A primary key holds no null: the ledger writes the empty text where a receipt says null.
const none = ''
