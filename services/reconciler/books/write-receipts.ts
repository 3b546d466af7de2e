import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { topicIdOf } from '../adopt/topic-id-of.ts'
import { fold } from './fold.ts'
import { joined } from './joined.ts'
import { touched } from './touched.ts'

/** Writes receipts and adds up their entries. One that the books hold already counts nothing: a stage may publish a receipt twice. Answers those that were new. */
export async function writeReceipts(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<readonly Receipt[]> {
  const idOf = await topicIdOf(tx), once = new Map(receipts.map((it) => ({ ...it, topicId: idOf(it.unit, it.topic, it.topicId) })).map((it) => [keyOf(it), it]))
  const rows = [...once.values()].map(({ entries: _entries, answers: _answers, stage, ...it }) => ({ ...it, stage: stage.toLowerCase() }))
  const inserted = await tx.$queryRaw<Key[]>`
    insert into receipt (stage, unit, topic_id, partition, from_offset, revision, topic, next_offset, instance, mapping, at, newest, oldest)
    select stage, unit, "topicId", partition, "from", revision, topic, next, instance, mapping,
      timestamptz 'epoch' + at * interval '1 microsecond', timestamptz 'epoch' + newest * interval '1 microsecond', timestamptz 'epoch' + oldest * interval '1 microsecond'
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as it(stage text, unit text, "topicId" text, partition int, "from" bigint, revision int,
      topic text, next bigint, instance text, mapping text, at bigint, newest bigint, oldest bigint)
    order by 1, 2, 3, 4, 5, 6
    on conflict do nothing
    returning stage, unit, topic_id as "topicId", partition, from_offset as "from", revision`
  const before = new Set((inserted.length === 0 ? [] : await removeFolded(tx, inserted)).map(keyOf))
  const fresh = inserted.map(keyOf).flatMap((key) => { const receipt = once.get(key); return receipt && !before.has(key) ? [receipt] : [] })
  if (fresh.length > 0) { await addUp(tx, fresh); await touch(tx, fresh); await join(tx, fresh) }
  return fresh
}

type Key = { stage: string; unit: string; topicId: string; partition: number; from: number | bigint; revision: number }
const keyOf = (it: Key) => JSON.stringify([it.stage.toLowerCase(), it.unit, it.topicId, it.partition, Number(it.from), it.revision])

/**
 * What lies in the folded part of its span was counted before its row was folded away.
 * A statement of its own, for it has to see what was folded while the rows above waited to be inserted.
 */
function removeFolded(tx: LedgerTransaction, inserted: readonly Key[]): Promise<Key[]> {
  return tx.$queryRaw<Key[]>`
    delete from receipt using span, jsonb_to_recordset(${JSON.stringify(inserted.map((it) => ({ ...it, from: Number(it.from) })))}::jsonb)
      as it(stage text, unit text, "topicId" text, partition int, "from" bigint, revision int)
    where receipt.stage = it.stage and receipt.unit = it.unit and receipt.topic_id = it."topicId" and receipt.partition = it.partition and receipt.from_offset = it."from" and receipt.revision = it.revision
      and span.stage = it.stage and span.unit = it.unit and span.topic_id = it."topicId" and span.partition = it.partition
      and it.revision = 0 and span.from_offset <= it."from" and receipt.next_offset <= span.folded
    returning it.stage, it.unit, it."topicId", it.partition, it."from", it.revision`
}

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

/** Tells the balance which blocks to look at again. */
async function touch(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  await tx.$executeRaw`
    insert into block (topic, partition, block, oldest, newest, changed, resent)
    select topic, partition, block, timestamptz 'epoch' + oldest * interval '1 microsecond', timestamptz 'epoch' + newest * interval '1 microsecond', 1, resent
    from jsonb_to_recordset(${JSON.stringify(touched(receipts))}::jsonb) as it(topic text, partition int, block bigint, oldest bigint, newest bigint, resent boolean)
    order by 1, 2, 3
    on conflict (topic, partition, block) do update set changed = block.changed + 1, resent = block.resent or excluded.resent,
      oldest = least(block.oldest, excluded.oldest), newest = greatest(block.newest, excluded.newest)`
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
