import { findingKinds, type FindingKindName } from '../../runtime/finding-kinds.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

export interface Begun { readonly before: Record<string, string>; /** Null: it is under way; else why nothing was begun. */ readonly says: string | null }

/** Takes a finding into repair: each belongs to one command at a time. What is to be sent is found out afterwards. */
export async function beginRepair(tx: LedgerTransaction, command: string, id: string): Promise<Begun> {
  const held = await tx.finding.findUnique({ where: { id }, select: { kind: true, status: true, mark: true } })
  if (held === null) return { before: {}, says: `There is no finding ${id}; nothing was changed.` }
  const { kind, status, mark } = held, before = { kind, status, mark }
  if (!findingKinds[kind as FindingKindName].repairable) return { before, says: `Sending again does not mend ${kind}: ${findingKinds[kind as FindingKindName].todo}` }
  const taken = await tx.finding.updateMany({ where: { id, status: { in: ['open', 'acknowledged'] } }, data: { status: 'repairing', command } })
  if (taken.count === 0) return { before, says: `It is ${status}; nothing was changed.` }
  // Of which source it is, is not known yet: until then no later command publishes anything.
  await tx.comparison.create({ data: { command, source: '' } })
  return { before, says: null }
}
