import { blockSize } from '../../runtime/books.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { AuditedPart } from './audited-part.ts'

/** Whether fewer records lie in a block of the source than the translator has read there: its owner compacts it, so a record that is not there may have been. */
export async function wasThinned({ unit, topic, topicId: id, partition, earliest, end }: AuditedPart, block: number, { cluster, ledger }: { readonly cluster: Cluster; readonly ledger: Ledger }): Promise<boolean> {
  const { _sum } = await ledger.blockCount.aggregate({ where: { stage: 'translate', unit, originTopic: topic, originPartition: partition, block, model: '', outcome: 'read' }, _sum: { count: true } })
  const last = Math.min(end, (block + 1) * blockSize)
  let there = 0
  for (let at = Math.max(earliest, block * blockSize); at < last;) {
    const { records, next } = await readSlice(cluster, { topic, id, partition, from: at })
    if (next === at) break
    there += records.filter(({ offset }) => offset < last).length
    at = next
  }
  return there < Number(_sum.count ?? 0)
}
