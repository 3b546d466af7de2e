import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { LostOffsets } from '../../runtime/lost-offsets.ts'

/** A bootstrap is done when the target has gone on behind everything that it names. Its receipts may be read before the command itself. */
export async function endBootstrap(tx: LedgerTransaction, id: string): Promise<void> {
  // The command and its receipts come from several partitions: of two that write at once the second has to see the first.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('tributary.bootstrap'))`
  const command = await tx.command.findUnique({ where: { id }, select: { status: true, offsets: true } }), named = command?.offsets as readonly LostOffsets[] | null | undefined
  if (command?.status !== 'running' || !named) return
  const done = await tx.passedOver.findMany({ where: { command: id }, orderBy: [{ topic: 'asc' }, { partition: 'asc' }, { from: 'asc' }] })
  if (done.length < named.length) return
  const offsets = done.reduce((sum, { from, next }) => sum + Number(next - from), 0)
  await tx.command.update({ where: { id }, data: { status: 'done', endedAt: new Date(), detail: `The target goes on behind ${offsets} offsets of ${done.length} partitions; what they held never arrives there.` } })
  const after = Object.fromEntries(done.map(({ topic, partition, next }) => [`${topic}/${partition}`, Number(next)]))
  await tx.$executeRaw`update audit set after = ${JSON.stringify(after)}::jsonb where before ->> 'command' = ${id} and after is null`
}
