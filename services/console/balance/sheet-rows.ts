import { atOneInstant, type Ledger } from '../../runtime/ledger/ledger.ts'
import type { BalanceQuery } from '../api/balance.schema.ts'

interface Place { readonly period: Date | null; readonly topic: string }
/** What the books have counted in the blocks of a period. */
export interface CountRow extends Place { readonly stage: string; readonly unit: string; readonly model: string; readonly outcome: string; readonly count: bigint }
export interface TotalRow extends Place { readonly stage: string; readonly unit: string; readonly model: string; readonly name: string; readonly total: string }
/** Blocks that are not balanced; `target` empty: at the source. */
export interface OpenRow extends Place { readonly target: string; readonly told: boolean }
/** What people have accepted as it differs; `target` empty: at the source. */
export interface AcceptedRow extends Place { readonly target: string; readonly model: string; readonly records: bigint }
export interface SheetRows { readonly counts: readonly CountRow[]; readonly accepted: readonly AcceptedRow[]; readonly totals: readonly TotalRow[]; readonly open: readonly OpenRow[] }

/** From blocks alone, at one instant: receipts may be folded away. */
export const sheetRows = (ledger: Ledger, topics: readonly string[], { from, to, by = 'run' }: BalanceQuery): Promise<SheetRows> => atOneInstant(ledger, async (tx) => {
  const begin = from === undefined ? null : new Date(from), end = to === undefined ? null : new Date(to), unit = by === 'run' ? null : by
  const counts = await tx.$queryRaw<CountRow[]>`
    select case when ${unit}::text is null then null else date_trunc(${unit}, oldest, 'UTC') end as period, topic, stage, unit, model, outcome, sum(count)::bigint as count
    from block_count join block on topic = origin_topic and partition = origin_partition and block.block = block_count.block
    where topic = any(${topics}) and (${begin}::timestamptz is null or newest >= ${begin}) and (${end}::timestamptz is null or oldest < ${end}) group by 1, 2, 3, 4, 5, 6`
  const totals = await tx.$queryRaw<TotalRow[]>`
    select case when ${unit}::text is null then null else date_trunc(${unit}, oldest, 'UTC') end as period, topic, stage, unit, model, key as name, trim_scale(sum(value::numeric))::text as total
    from block_count join block on topic = origin_topic and partition = origin_partition and block.block = block_count.block cross join lateral jsonb_each_text(totals)
    where topic = any(${topics}) and outcome in ('emitted', 'read') and (${begin}::timestamptz is null or newest >= ${begin}) and (${end}::timestamptz is null or oldest < ${end}) group by 1, 2, 3, 4, 5, 6`
  const open = await tx.$queryRaw<OpenRow[]>`
    select case when ${unit}::text is null then null else date_trunc(${unit}, oldest, 'UTC') end as period, topic, target, bool_or(told is not null) as told
    from unbalanced join block using (topic, partition, block)
    where topic = any(${topics}) and (${begin}::timestamptz is null or newest >= ${begin}) and (${end}::timestamptz is null or oldest < ${end}) group by 1, 2, 3`
  const accepted = await tx.$queryRaw<AcceptedRow[]>`
    select case when ${unit}::text is null then null else date_trunc(${unit}, oldest, 'UTC') end as period, topic, target, model, sum(records)::bigint as records
    from accepted_difference join block using (topic, partition, block)
    where topic = any(${topics}) and (${begin}::timestamptz is null or newest >= ${begin}) and (${end}::timestamptz is null or oldest < ${end}) group by 1, 2, 3, 4`
  return { counts, totals, open, accepted }
})
