import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

export interface Settled { readonly before: Record<string, string>; readonly after: Record<string, string> | null; readonly says: string }

/** A person has seen a finding, or says that the difference may stay. One that is settled already stays as it is. */
export async function settleFinding(tx: LedgerTransaction, command: string, act: 'acknowledge' | 'accept', id: string): Promise<Settled> {
  const held = await tx.finding.findUnique({ where: { id }, select: { status: true, mark: true, kind: true, place: true } })
  if (held === null) return { before: {}, after: null, says: `There is no finding ${id}; nothing was changed.` }
  const { status, mark, kind, place } = held, before = { status, mark }, from = act === 'acknowledge' ? ['open'] : ['open', 'acknowledged']
  if (!from.includes(status)) return { before, after: null, says: `It is ${status} already; nothing was changed.` }
  const to = act === 'acknowledge' ? 'acknowledged' : 'accepted'
  await tx.finding.update({ where: { id }, data: { status: to, command, ...(act === 'accept' ? { closedAt: new Date() } : {}) } })
  // Nobody has counted in the block, and its account is another one now.
  if (act === 'accept' && kind.startsWith('balance.')) await touchBlock(tx, place)
  return { before, after: { status: to, mark }, says: act === 'accept' ? 'It is accepted. Should it differ in another way one day, it is open again.' : 'It is acknowledged, and stays until the difference is gone.' }
}

async function touchBlock(tx: LedgerTransaction, place: unknown): Promise<void> {
  const { topic, partition, block } = place as { readonly topic: string; readonly partition: number; readonly block: number }
  await tx.block.updateMany({ where: { topic, partition, block }, data: { changed: { increment: 1 } } })
}
