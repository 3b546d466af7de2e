import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { fold } from './fold.ts'
import { joined } from './joined.ts'

/** Writes receipts and adds up their entries. One that the books hold already counts nothing: a stage may publish a receipt twice. Answers those that were new. */
export async function writeReceipts(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<readonly Receipt[]> {
  const once = new Map(receipts.map((it) => [keyOf(it), it]))
  const rows = [...once.values()].map(({ entries: _entries, answers: _answers, stage, ...it }) => ({ ...it, stage: stage.toLowerCase() }))
  const inserted = await tx.$queryRaw<Key[]>`
    insert into receipt (stage, unit, topic_id, partition, from_offset, revision, topic, next_offset, instance, mapping, at, newest)
    select stage, unit, "topicId", partition, "from", revision, topic, next, instance, mapping,
      timestamptz 'epoch' + at * interval '1 microsecond', timestamptz 'epoch' + newest * interval '1 microsecond'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as it(stage text, unit text, "topicId" text, partition int, "from" bigint, revision int,
      topic text, next bigint, instance text, mapping text, at bigint, newest bigint)
    order by 1, 2, 3, 4, 5, 6
    on conflict do nothing
    returning stage, unit, topic_id as "topicId", partition, from_offset as "from", revision`
  const fresh = inserted.flatMap((row) => { const receipt = once.get(keyOf(row)); return receipt ? [receipt] : [] })
  if (fresh.length > 0) { await addUp(tx, fresh); await join(tx, fresh) }
  return fresh
}

type Key = { stage: string; unit: string; topicId: string; partition: number; from: number | bigint; revision: number }
const keyOf = (it: Key) => JSON.stringify([it.stage.toLowerCase(), it.unit, it.topicId, it.partition, Number(it.from), it.revision])

async function addUp(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  await tx.$executeRaw`
    insert into block_count (stage, unit, origin_topic, origin_partition, block, model, outcome, reason, count, hash_sum, totals)
    select * from jsonb_to_recordset(${JSON.stringify(fold(receipts))}::jsonb) as it(stage text, unit text, origin_topic text, origin_partition int, block bigint,
      model text, outcome text, reason text, count bigint, hash_sum numeric, totals jsonb)
    on conflict (stage, unit, origin_topic, origin_partition, block, model, outcome, reason) do update set
      count = block_count.count + excluded.count,
      hash_sum = mod(block_count.hash_sum + excluded.hash_sum, 18446744073709551616),
      totals = (select coalesce(jsonb_object_agg(name, trim_scale(total)::text), '{}') from (
        select key as name, sum(value::numeric) as total
        from (select * from jsonb_each_text(block_count.totals) union all select * from jsonb_each_text(excluded.totals)) as both_sides
        group by key) as summed)`
}

/** Makes the spans longer that end where these receipts begin; what joins none is a span of its own, and a break that is reported. */
async function join(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  await tx.$executeRaw`
    with fresh as (
      select * from jsonb_to_recordset(${JSON.stringify(joined(receipts))}::jsonb) as it(stage text, unit text, topic_id text, partition int, from_offset bigint, next_offset bigint, topic text)
    ), longer as (
      update span set next_offset = fresh.next_offset from fresh
      where span.stage = fresh.stage and span.unit = fresh.unit and span.topic_id = fresh.topic_id and span.partition = fresh.partition and span.next_offset = fresh.from_offset
      returning fresh.stage, fresh.unit, fresh.topic_id, fresh.partition, fresh.from_offset
    )
    insert into span (stage, unit, topic_id, partition, from_offset, next_offset, topic)
    select * from fresh where (stage, unit, topic_id, partition, from_offset) not in (select * from longer)`
}
