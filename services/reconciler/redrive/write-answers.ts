import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { lockRejections } from './lock-rejections.ts'

/** What units did with rejections: closed, or refused again, which the new rejection itself tells. The first answer to an attempt counts; a second is `already`. */
export async function writeAnswers(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  const first = new Map<string, object>()
  for (const { answers, at } of receipts) for (const it of answers) {
    const key = `${it.attempt} ${it.rejection}`
    if (!first.has(key)) first.set(key, { ...it, at })
  }
  if (first.size === 0) return
  await lockRejections(tx)
  await tx.$executeRaw`
    with fresh as (
      insert into answer (rejection, attempt, outcome, reason, at)
      select rejection, attempt, outcome, reason, timestamptz 'epoch' + at * interval '1 microsecond'
      from jsonb_to_recordset(${JSON.stringify([...first.values()])}::jsonb) as it(rejection text, attempt int, outcome text, reason text, at bigint)
      order by rejection, attempt
      on conflict do nothing
      returning *
    ), closed as (
      update rejection set status = 'closed', outcome = fresh.outcome, closed_at = fresh.at from fresh
      where rejection.id = fresh.rejection and rejection.attempt <= fresh.attempt and fresh.outcome <> 'rejected'
    )
    update redrive set outcome = fresh.outcome, reason = fresh.reason from fresh
    where redrive.rejection = fresh.rejection and redrive.attempt = fresh.attempt and redrive.outcome is null`
}
