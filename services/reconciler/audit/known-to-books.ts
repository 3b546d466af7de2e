import type { Ledger } from '../../runtime/ledger/ledger.ts'

/** Offsets of a partition of a source topic, as the books name it. */
export interface BookPlace { readonly unit: string; readonly topic: string; readonly topicId: string; readonly partition: number; readonly from: number; readonly next: number }
export interface KnownToBooks { readonly rejected: ReadonlySet<number>; mappingOf(offset: number): string | null }

/** What the books say of source records, in the order of the places: which were refused, and by the mappings of which fingerprint each was translated. Two questions, however many places there are. */
export async function knownToBooks(ledger: Ledger, places: readonly BookPlace[]): Promise<KnownToBooks[]> {
  const asked = JSON.stringify(places.map((it, at) => ({ ...it, at })))
  const [rejections, receipts] = await Promise.all([
    ledger.$queryRaw<{ at: number; offset: bigint }[]>`
      select it.at, origin_offset as "offset" from jsonb_to_recordset(${asked}::jsonb) as it(at int, unit text, topic text, partition int, "from" bigint, next bigint)
      join rejection on origin_topic = it.topic and origin_partition = it.partition and origin_offset >= it."from" and origin_offset < it.next and stage = 'translate' and rejection.unit = it.unit`,
    // From the last receipt that begins before: by the primary key, and no further back.
    ledger.$queryRaw<{ at: number; from: bigint; next: bigint; mapping: string }[]>`
      select it.at, from_offset as "from", next_offset as next, mapping from jsonb_to_recordset(${asked}::jsonb) as it(at int, unit text, "topicId" text, partition int, "from" bigint, next bigint)
      cross join lateral (select from_offset, next_offset, mapping from receipt
        where stage = 'translate' and unit = it.unit and topic_id = it."topicId" and partition = it.partition and from_offset < it.next
          and from_offset >= coalesce((select from_offset from receipt where stage = 'translate' and unit = it.unit and topic_id = it."topicId" and partition = it.partition and from_offset <= it."from" order by from_offset desc limit 1), 0)) as receipt
      order by 1, 2`,
  ])
  const refused = Map.groupBy(rejections, ({ at }) => at), given = Map.groupBy(receipts, ({ at }) => at)
  return places.map((_, at) => knownOf((refused.get(at) ?? []).map(({ offset }) => Number(offset)), given.get(at) ?? []))
}

function knownOf(rejected: readonly number[], receipts: readonly { readonly from: bigint; readonly next: bigint; readonly mapping: string }[]): KnownToBooks {
  let at = 0
  return {
    rejected: new Set(rejected),
    // Asked in the order of offsets.
    mappingOf(offset) {
      while (at < receipts.length && Number(receipts[at]!.next) <= offset) at++
      const receipt = receipts[at]
      return receipt !== undefined && Number(receipt.from) <= offset ? receipt.mapping : null
    },
  }
}
