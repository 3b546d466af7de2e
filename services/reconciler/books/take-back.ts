import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { addUp, touch } from './count-in-blocks.ts'
import { fold } from './fold.ts'
import { touched } from './touched.ts'
import type { WentBack } from './went-back.ts'

const atOnce = 1_000

/** Takes out of the books what a target no longer holds, as if it had not come that far: what was proven of it is not any more, and what it is given again counts again. */
export async function takeBack(tx: LedgerTransaction, { to: { unit, topicId, partition, from }, gone }: WentBack): Promise<void> {
  // Invariant 16: the books say what a target holds, not what it once held.
  for (let at = 0; at < gone.length; at += atOnce) {
    const some = gone.slice(at, at + atOnce)
    await addUp(tx, fold(some, -1n))
    await touch(tx, touched(some).map((it) => ({ ...it, resent: true })))
  }
  await tx.$executeRaw`delete from receipt where stage = 'deliver' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset >= ${from}`
  await tx.$executeRaw`update receipt set next_offset = ${from} where stage = 'deliver' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and next_offset > ${from}`
  await tx.$executeRaw`delete from passed_over where target = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset >= ${from}`
  await tx.$executeRaw`delete from span where stage = 'deliver' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and from_offset >= ${from}`
  await tx.$executeRaw`update span set next_offset = ${from}, folded = least(folded, ${from}) where stage = 'deliver' and unit = ${unit} and topic_id = ${topicId} and partition = ${partition} and next_offset > ${from}`
}
