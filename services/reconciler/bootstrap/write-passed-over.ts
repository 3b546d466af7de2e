import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { passedOver } from '../../runtime/passed-over.ts'
import { endBootstrap } from './end-bootstrap.ts'

/** What targets have gone on behind, as their receipts say. */
export async function writePassedOver(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  const rows = receipts.flatMap(({ unit: target, topic, topicId, partition, from, next, at, answers }) =>
    answers.filter(({ outcome }) => outcome === passedOver).map(({ rejection: command }) => ({ target, topic, topicId, partition, from, next, command, at: new Date(at / 1_000) })))
  if (rows.length === 0) return
  await tx.passedOver.createMany({ data: rows, skipDuplicates: true })
  for (const command of new Set(rows.map((it) => it.command))) await endBootstrap(tx, command)
}
