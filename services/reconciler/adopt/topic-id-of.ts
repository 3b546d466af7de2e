import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

export type TopicIdOf = (unit: string, topic: string, id: string) => string

/** Under which id the books hold what a unit has written under another. Who adopts a topic meanwhile waits for this transaction, or this one for it: nothing is entered under an id that was just moved away from. */
export async function topicIdOf(tx: LedgerTransaction): Promise<TopicIdOf> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtext('tributary.adopted'))`
  const rows = await tx.adopted.findMany(), ids = new Map(rows.map(({ unit, topic, was, now }) => [`${unit} ${topic} ${was}`, now]))
  return (unit, topic, id) => ids.get(`${unit} ${topic} ${id}`) ?? id
}
