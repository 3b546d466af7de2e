import { events } from '../../runtime/events.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { Rounds } from '../../runtime/rounds.ts'
import { folding } from './folding.ts'
import { joinedBefore, joinReceipts } from './join-receipts.ts'

const everyMs = 600_000
/** How late a receipt may come and still be joined to others by the round that follows: what the reconciler was away for. */
const lateMs = 86_400_000
/** So many rows in one transaction: nobody who writes receipts waits long. */
const atOnce = 5_000

/**
 * Takes out receipts that are older than `before`: their counts are in the blocks, their interval is in its span. The last one of a partition stays, for it says how far it is and how fresh.
 * The span notes in the same statement up to where there are no rows any more: what is published again from there counts nothing. Answers how many are gone.
 */
export async function retireReceipts(ledger: Ledger, before: Date): Promise<number> {
  let gone = 0
  for (const { stage, unit, topicId, partition, from, cut } of await cuts(ledger, before)) for (let some = atOnce; some === atOnce;) {
    const [{ count } = { count: 0 }] = await folding(ledger, (tx) => tx.$queryRaw<{ count: number }[]>`
      with gone as (
        delete from receipt where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and revision = 0 and from_offset >= ${from} and next_offset <= ${cut}
          and from_offset < coalesce((select from_offset from receipt where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and revision = 0 and from_offset >= ${from}
            order by from_offset offset ${atOnce} limit 1), ${cut})
        returning next_offset, at
      ), noted as (
        update span set folded = greatest(folded, (select max(next_offset) from gone)), folded_at = greatest(folded_at, (select max(at) from gone)) where stage = ${stage} and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset = ${from} and exists (select from gone)
      ) select count(*)::int as count from gone`)
    gone += some = count
  }
  return gone
}

/** By span: below it every receipt is old. */
const cuts = (ledger: Ledger, before: Date) => ledger.$queryRaw<{ stage: string; unit: string; topicId: string; partition: number; from: bigint; cut: bigint }[]>`
  select stage, unit, topic_id as "topicId", partition, from_offset as "from", least(next_offset, coalesce(
    (select from_offset from receipt as it where it.stage = span.stage and it.unit = span.unit and it.topic = span.topic and it.partition = span.partition and it.topic_id = span.topic_id and it.at >= ${before} order by it.at limit 1),
    (select max(from_offset) from receipt as it where it.stage = span.stage and it.unit = span.unit and it.topic_id = span.topic_id and it.partition = span.partition), next_offset)) as cut
  from span`

/** Joins receipts and retires them all the time, so that the ledger grows with blocks and not with chunks. */
export function retiring(ledger: Ledger, keptMs: number): Rounds {
  let since = new Date(0)
  return new Rounds(async () => {
    const before = joinedBefore(Date.now())
    try {
      const joined = await joinReceipts(ledger, since, before)
      since = new Date(before.getTime() - lateMs)
      events.receiptsFolded(joined, await retireReceipts(ledger, new Date(Date.now() - keptMs)))
    } catch { /* The ledger is away: the next round does it. */ }
    return everyMs
  })
}
