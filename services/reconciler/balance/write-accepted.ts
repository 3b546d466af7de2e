import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { Look } from './look.ts'

/** What of these blocks is accepted as it differs now, and no more. */
export async function writeAccepted(tx: LedgerTransaction, looked: Look['looked']): Promise<void> {
  const keys = looked.map(({ it: { topic, partition, block } }) => ({ topic, partition, block }))
  await tx.$executeRaw`
    delete from accepted_difference as held using jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as it(topic text, partition int, block bigint)
    where held.topic = it.topic and held.partition = it.partition and held.block = it.block`
  const rows = looked.flatMap(({ it: { topic, partition, block }, accepted }) => accepted.map((one) => ({ ...one, topic, partition, block })))
  if (rows.length > 0) await tx.acceptedDifference.createMany({ data: rows })
}
