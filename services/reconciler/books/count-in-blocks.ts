import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { BlockRow } from './fold.ts'
import type { TouchedRow } from './touched.ts'

export async function addUp(tx: LedgerTransaction, rows: readonly BlockRow[]): Promise<void> {
  await tx.$executeRaw`
    insert into block_count (stage, unit, origin_topic, origin_partition, block, model, outcome, reason, count, hash_sum, totals)
    select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as it(stage text, unit text, origin_topic text, origin_partition int, block bigint,
      model text, outcome text, reason text, count bigint, hash_sum numeric, totals jsonb)
    on conflict (stage, unit, origin_topic, origin_partition, block, model, outcome, reason) do update set
      count = block_count.count + excluded.count,
      hash_sum = mod(block_count.hash_sum + excluded.hash_sum, 18446744073709551616),
      totals = (select coalesce(jsonb_object_agg(name, trim_scale(total)::text), '{}') from (
        select key as name, sum(value::numeric) as total
        from (select * from jsonb_each_text(block_count.totals) union all select * from jsonb_each_text(excluded.totals)) as both_sides
        group by key) as summed)`
}

/** Tells the balance which blocks to look at again. */
export async function touch(tx: LedgerTransaction, rows: readonly TouchedRow[]): Promise<void> {
  await tx.$executeRaw`
    insert into block (topic, partition, block, oldest, newest, changed, resent)
    select topic, partition, block, timestamptz 'epoch' + oldest * interval '1 microsecond', timestamptz 'epoch' + newest * interval '1 microsecond', 1, resent
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as it(topic text, partition int, block bigint, oldest bigint, newest bigint, resent boolean)
    order by 1, 2, 3
    on conflict (topic, partition, block) do update set changed = block.changed + 1, resent = block.resent or excluded.resent,
      oldest = least(block.oldest, excluded.oldest), newest = greatest(block.newest, excluded.newest)`
}
