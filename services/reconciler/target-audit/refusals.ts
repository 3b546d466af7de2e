import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Refusals } from './fold.ts'

/** What the ledger knows of the records of a canonical topic that a target has refused and does not owe any more, or may not. */
export async function refusalsOf(ledger: Ledger, target: string, topic: string): Promise<Refusals> {
  const rows = await ledger.rejection.findMany({
    where: { unit: target, originTopic: topic, OR: [{ status: { not: 'closed' } }, { outcome: 'discarded' }] }, select: { originPartition: true, originOffset: true, outcome: true, status: true },
  })
  return new Map(rows.map((it) => [`${it.originPartition}/${it.originOffset}`, it.status === 'closed' ? 'discarded' : 'underway']))
}
