// In the place of the transaction layer: at least once. Records are acknowledged, then the position is committed by the group, as consumers do.
import { GroupRequests } from '../../../services/runtime/kafka/group-requests.ts'
import { noMember } from '../../../services/runtime/kafka/offsets.ts'
import { produce, type SealedBatch } from '../../../services/runtime/kafka/produce.ts'
import { type Batch, type Position, TransactionLease as Real } from '../../../services/runtime/kafka/transaction.ts'
export * from '../../../services/runtime/kafka/transaction.ts'

export class TransactionLease extends Real {
  override async acquire(): Promise<void> {}

  override async run({ batches, offsets }: { batches: readonly Batch[]; offsets: readonly Position[] }): Promise<void> {
    const { cluster, groupId, codec, member } = this.settings
    for (const topic of new Set(batches.map((batch) => batch.topic))) await cluster.mustKnow(topic)
    const rounds: SealedBatch[][] = [], count = new Map<string, number>()
    for (const { topic, partition, writer } of batches) {
      const round = count.get(`${topic}/${partition}`) ?? 0
      count.set(`${topic}/${partition}`, round + 1);
      (rounds[round] ??= []).push({ topic, partition, bytes: writer.seal(codec === undefined ? {} : { codec }) })
    }
    for (const round of rounds) await produce(cluster, round, { transactionalId: null, deadlineMs: 12_000, resend: true })
    if (offsets.length > 0) await new GroupRequests(cluster, groupId, 6_000, 10_000).commitOffsets(member?.() ?? noMember, offsets)
  }
}
