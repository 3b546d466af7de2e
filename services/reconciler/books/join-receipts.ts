import { blockSize } from '../../runtime/books.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { folding } from './folding.ts'

/** Receipts of so many seconds become one. */
const togetherSeconds = 600
/** So old are they then: whoever looks at the last hour sees every chunk. */
const youngestMs = 3_600_000

/** Up to where receipts are joined by now: to a whole piece of time, so that a later round finds nothing that it could lengthen. */
export const joinedBefore = (now: number): Date => new Date(Math.floor((now - youngestMs) / (togetherSeconds * 1000)) * togetherSeconds * 1000)

/**
 * Makes one row of those that follow one another within one piece of time, one block and one mapping: where little comes, a chunk holds a record or two, and a row for each would
 * outweigh everything else in the ledger. The span notes up to where that is so, and how old the youngest of them is. Answers how many rows are gone.
 * Rows are named by arrays: joined to a CTE, of which nobody knows the size, they would each be compared with all of it.
 */
export async function joinReceipts(ledger: Ledger, since: Date, before: Date): Promise<number> {
  let gone = 0
  for (const { stage, unit, topic, topicId, partition, from, next } of await ledger.span.findMany()) {
    const [{ count } = { count: 0 }] = await folding(ledger, (tx) => tx.$queryRaw<{ count: number }[]>`
      with one as (
        select from_offset, next_offset, at, newest, oldest, coalesce(lag(next_offset) over line = from_offset and lag(mapping) over line = mapping and lag(from_offset) over line / ${blockSize} = from_offset / ${blockSize}
          and date_bin(make_interval(secs => ${togetherSeconds}), lag(at) over line, 'epoch') = date_bin(make_interval(secs => ${togetherSeconds}), at, 'epoch'), false) as follows
        from receipt where stage = ${stage} and unit = ${unit} and topic = ${topic} and topic_id = ${topicId} and partition = ${partition} and revision = 0 and from_offset >= ${from} and next_offset <= ${next} and at >= ${since} and at < ${before}
        window line as (order by from_offset)
      ), run as (select *, count(*) filter (where not follows) over (order by from_offset) as run from one),
      whole as (select min(from_offset) as from_offset, max(next_offset) as next_offset, max(at) as at, max(newest) as newest, min(oldest) as oldest from run group by run having count(*) > 1),
      longer as (
        update receipt set next_offset = whole.next_offset, at = whole.at, newest = whole.newest, oldest = whole.oldest from whole
        where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and revision = 0 and receipt.from_offset = whole.from_offset
          and receipt.from_offset = any(array(select from_offset from whole))
      ), gone as (
        delete from receipt where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and revision = 0 and from_offset = any(array(select from_offset from run where follows))
        returning 1
      ), noted as (
        update span set folded = greatest(folded, (select max(next_offset) from whole)), folded_at = greatest(folded_at, (select max(at) from whole))
        where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset = ${from} and exists (select from whole)
      ) select count(*)::int as count from gone`)
    gone += count
  }
  return gone
}
