import type { Ledger } from '../../runtime/ledger/ledger.ts'

/** A partition of a source topic, as the books name it. */
export interface BookPlace { readonly unit: string; readonly topic: string; readonly topicId: string; readonly partition: number }

/** What the books say of source records: which were refused, and by the mappings of which fingerprint each was translated. */
export async function knownToBooks(ledger: Ledger, { unit, topic, topicId, partition }: BookPlace, from: number, next: number): Promise<{ readonly rejected: ReadonlySet<number>; mappingOf(offset: number): string | null }> {
  const [rejections, receipts] = await Promise.all([
    ledger.rejection.findMany({ where: { stage: 'translate', unit, originTopic: topic, originPartition: partition, originOffset: { gte: from, lt: next } }, select: { originOffset: true } }),
    // From the last receipt that begins before: by the primary key, and no further back.
    ledger.$queryRaw<{ from: bigint; next: bigint; mapping: string }[]>`
      select from_offset as "from", next_offset as next, mapping from receipt
      where stage = 'translate' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset < ${next}::bigint
        and from_offset >= coalesce((select max(from_offset) from receipt where stage = 'translate' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset <= ${from}::bigint), 0)
      order by from_offset`,
  ])
  let at = 0
  return {
    rejected: new Set(rejections.map(({ originOffset }) => Number(originOffset))),
    // Asked in the order of offsets.
    mappingOf(offset) {
      while (at < receipts.length && Number(receipts[at]!.next) <= offset) at++
      const receipt = receipts[at]
      return receipt !== undefined && Number(receipt.from) <= offset ? receipt.mapping : null
    },
  }
}
