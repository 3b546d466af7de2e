import type { TargetCard } from '../../../canonical/card.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { AuditCursor } from './target-auditor.ts'

/** An audit that a person asked for. */
export interface AskedAudit { readonly command: string; readonly target: string; readonly models: readonly ModelName[] }

/** What is asked for of these targets. Refused is what nobody here can do. */
export async function askedOf(ledger: Ledger, cards: readonly TargetCard[]): Promise<readonly AskedAudit[]> {
  const asked: AskedAudit[] = []
  for (const { id, subject } of await ledger.command.findMany({ where: { act: 'audit-target', status: 'running' }, orderBy: { at: 'asc' }, select: { id: true, subject: true } })) {
    const [target = '', model] = subject!.split(' '), card = cards.find(({ name }) => name === target), models = card?.models.filter((it) => model === undefined || it === model) ?? []
    if (models.length > 0) { asked.push({ command: id, target, models }); continue }
    const detail = card === undefined ? `The reconciler was not told where ${target} is: give it the settings of the target.` : `${target} holds no ${model}; there are ${card.models.join(', ')}.`
    await ledger.command.updateMany({ where: { id, status: 'running' }, data: { status: 'refused', detail, endedAt: new Date() } })
  }
  return asked
}

export async function answer(tx: LedgerTransaction, { command, models }: AskedAudit, passes: AuditCursor['passes']): Promise<void> {
  const detail = models.map((model) => { const it = passes[model]!; return `${model}: ${it.skipped ?? `${it.rows} rows compared, ${it.differing} of ${it.buckets} buckets differ, ${it.read} rows read to find out, ${it.seconds} s, ${it.findings} findings`}` }).join('; ')
  await tx.command.updateMany({ where: { id: command, status: 'running' }, data: { status: 'done', detail, endedAt: new Date() } })
  await tx.$executeRaw`update audit set after = ${JSON.stringify({ findings: models.reduce((sum, it) => sum + passes[it]!.findings, 0) })}::jsonb where act = 'audit-target' and before ->> 'command' = ${command} and after is null`
}
