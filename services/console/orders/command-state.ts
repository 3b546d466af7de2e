import type { Compared } from '../../runtime/compared.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { CommandState } from '../api/orders.schema.ts'

/** How a command stands, as the ledger knows it. */
export async function commandState(ledger: Ledger, id: string): Promise<CommandState> {
  const [found, compared, redriven, republished] = await Promise.all([
    ledger.command.findUnique({ where: { id } }), ledger.comparison.findUnique({ where: { command: id } }),
    ledger.redrive.groupBy({ by: ['outcome', 'sent'], where: { command: id }, _count: true }), ledger.republish.groupBy({ by: ['outcome', 'sent'], where: { command: id }, _count: true }),
  ])
  if (found === null) return { id, act: '', subject: null, actor: '', reason: '', at: '', status: 'unread', detail: null, claimed: 0, sent: 0, counts: {}, outcomes: {}, comparison: null }
  const outcomes: Record<string, number> = {}
  let claimed = 0, sent = 0
  for (const it of [...redriven, ...republished]) {
    claimed += it._count
    if (it.sent) sent += it._count
    if (it.outcome !== null) outcomes[it.outcome] = (outcomes[it.outcome] ?? 0) + it._count
  }
  const { counts, fields, examples } = compared?.result as Compared | null ?? { counts: {}, fields: {}, examples: {} }
  return {
    id, act: found.act, subject: found.subject, actor: found.actor, reason: found.reason, at: found.at.toISOString(), status: found.status as CommandState['status'], detail: found.detail, claimed, sent, counts: { ...found.counts as Record<string, number> | null }, outcomes,
    // A repair keeps there of which source it is, and compares nothing.
    comparison: found.act === 'repair' ? null : compared && { read: Number(compared.read), of: Number(compared.of), done: compared.done, mapping: compared.mapping, counts, fields, examples },
  }
}
