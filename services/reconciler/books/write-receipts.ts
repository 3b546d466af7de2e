import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { topicIdOf } from '../adopt/topic-id-of.ts'
import { addUp, touch } from './count-in-blocks.ts'
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
  if (fresh.length > 0) { await addUp(tx, fold(fresh)); await touch(tx, touched(fresh)); await join(tx, fresh) }
  return fresh
}

type Key = { stage: string; unit: string; topicId: string; partition: number; from: number | bigint; revision: number }
const keyOf = (it: Key) => JSON.stringify([it.stage.toLowerCase(), it.unit, it.topicId, it.partition, Number(it.from), it.revision])

/**
 * What lies in the folded part of its span, and is no younger than what was folded, was counted before its row was joined to others or folded away.
 * A statement of its own, for it has to see what was folded while the rows above waited to be inserted.
 */
function removeFolded(tx: LedgerTransaction, inserted: readonly Key[]): Promise<Key[]> {
  return tx.$queryRaw<Key[]>`
    delete from receipt using span, jsonb_to_recordset(${JSON.stringify(inserted.map((it) => ({ ...it, from: Number(it.from) })))}::jsonb)
      as it(stage text, unit text, "topicId" text, partition int, "from" bigint, revision int)
    where receipt.stage = it.stage and receipt.unit = it.unit and receipt.topic_id = it."topicId" and receipt.partition = it.partition and receipt.from_offset = it."from" and receipt.revision = it.revision
      and span.stage = it.stage and span.unit = it.unit and span.topic_id = it."topicId" and span.partition = it.partition
      and it.revision = 0 and span.from_offset <= it."from" and receipt.next_offset <= span.folded and receipt.at <= span.folded_at
    returning it.stage, it.unit, it."topicId", it.partition, it."from", it.revision`
}

/** Makes the spans longer that end where these receipts begin; what joins none is a span of its own, and a break that is reported. A second account from the very start of a span is none: the balance of its blocks tells of it. */
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
    select * from fresh where (stage, unit, topic_id, partition, from_offset) not in (select * from longer)
    on conflict do nothing`
}
