import type { Receipt } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { passedOver } from '../../runtime/passed-over.ts'
import { lockRejections } from './lock-rejections.ts'
import { republishPlace } from './republish-id.ts'

/** What units did with rejections: closed, or refused again, which the new rejection itself tells. The first answer to an attempt counts; a second is `already`. */
export async function writeAnswers(tx: LedgerTransaction, receipts: readonly Receipt[]): Promise<void> {
  const first = new Map<string, object>(), waiting = new Map<string, object>(), again = new Map<string, object>()
  for (const { answers, at } of receipts) for (const it of answers) {
    const key = `${it.attempt} ${it.rejection}`
    if (it.outcome === passedOver) continue
    if (it.attempt === 0) { if (!again.has(key)) again.set(key, { ...it, ...republishPlace(it.rejection) }) } else if (it.outcome === 'parked') waiting.set(key, it)
    else if (!first.has(key)) first.set(key, { ...it, at })
  }
  if (again.size > 0) await writeRepublished(tx, [...again.values()])
  if (waiting.size > 0) await writeWaiting(tx, [...waiting.values()])
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

/** Not its turn: it stays open behind an earlier record of its entity, and is answered for good when it is through. */
async function writeWaiting(tx: LedgerTransaction, answers: readonly object[]): Promise<void> {
  await lockRejections(tx)
  await tx.$executeRaw`
    with waiting as (select * from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb) as it(rejection text, attempt int, reason text)
    ), open as (
      update rejection set status = 'open' from waiting where rejection.id = waiting.rejection and rejection.attempt = waiting.attempt and rejection.status = 'redriving'
    )
    update redrive set outcome = 'parked', reason = waiting.reason from waiting
    where redrive.rejection = waiting.rejection and redrive.attempt = waiting.attempt and redrive.outcome is null`
}

/** Of a record that was published again: the first answer counts, who sent it twice gets `already`. */
async function writeRepublished(tx: LedgerTransaction, answers: readonly object[]): Promise<void> {
  await tx.$executeRaw`
    update republish set outcome = it.outcome, reason = it.reason
    from jsonb_to_recordset(${JSON.stringify(answers)}::jsonb) as it(command text, partition int, "offset" bigint, outcome text, reason text)
    where republish.command = it.command and origin_partition = partition and origin_offset = "offset" and republish.outcome is null`
}
