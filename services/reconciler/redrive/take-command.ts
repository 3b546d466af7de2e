import type { Command, Selection } from '../../../canonical/models.generated.ts'
import { acts } from '../../runtime/acts.ts'
import { events } from '../../runtime/events.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { adoptTopics } from '../adopt/adopt-topics.ts'
import { sources } from '../../translator/sources/index.generated.ts'
import { targets } from '../../sink/targets/index.generated.ts'
import { rangeOf } from '../audit/range.ts'
import { endBootstrap } from '../bootstrap/end-bootstrap.ts'
import { settleFinding } from '../findings/settle-finding.ts'
import { beginRepair } from '../repair/begin-repair.ts'
import { lockRejections } from './lock-rejections.ts'

/** A rejection that was refused this often is sent again only when a person names it. */
export const mostAttempts = 5

/** Takes a command in, once: what it claims, its entry in the audit table, and the position of the topic are one transaction. */
export async function takeCommand(tx: LedgerTransaction, it: Command, turn: number): Promise<void> {
  const wrong = whatIsWrong(it)
  const taken = await tx.$executeRaw`
    insert into command (id, act, subject, actor, reason, at, selection, per_second, offsets, turn, status, detail, ended_at)
    values (${it.id}, ${it.act}, ${it.subject}, ${it.actor}, ${it.reason}, timestamptz 'epoch' + ${it.at}::bigint * interval '1 microsecond', ${JSON.stringify(it.selection)}::jsonb, ${it.perSecond}, ${JSON.stringify(it.offsets)}::jsonb, ${turn},
      ${wrong === null ? 'running' : 'refused'}, ${wrong}, ${wrong === null ? null : new Date()})
    on conflict do nothing`
  if (taken === 0) return events.commandRefused(it.id, 'it was taken in before')
  if (wrong !== null) return events.commandRefused(it.id, wrong)
  const found = await done(tx, it)
  await tx.audit.create({ data: { actor: it.actor, act: it.act, subject: it.subject ?? it.id, reason: it.reason, before: { command: it.id, ...found.before }, ...(found.after ? { after: found.after } : {}) } })
  if (it.act === 'bootstrap') await endBootstrap(tx, it.id)
}

function whatIsWrong({ id, act, subject, reason, selection, perSecond, offsets, adopt }: Command): string | null {
  if (id === '' || !(acts as readonly string[]).includes(act)) return `there is no act ${act}; there are ${acts.join(', ')}`
  if (reason.trim() === '') return 'it says no reason'
  if ((act === 'redrive' || act === 'discard') && !(selection && Object.values(selection).some((given) => given !== null))) return 'it does not say which rejections'
  if (act !== 'redrive' && act !== 'discard' && subject === null) return 'it does not say what it is about'
  if (act === 'audit' && rangeOf(subject!) === null) return 'it names no source, or no stretch of one'
  if (act === 'adopt' && !(adopt && adopt.length > 0)) return 'it names no topic'
  if (perSecond !== null && perSecond < 1) return 'its pace is less than one record a second'
  if (act === 'bootstrap' && !targets.some(({ card }) => card.name === subject)) return `there is no target ${subject}`
  if (act === 'bootstrap' && !offsets?.some(({ from, to }) => from < to)) return 'it does not say which offsets are lost'
  if (isAboutSource(act) && !Object.values(sources).some(({ card }) => card.name === subject)) return `there is no source ${subject}`
  return null
}

const isAboutSource = (act: string): boolean => act === 'compare' || act === 'remap'

async function done(tx: LedgerTransaction, { id, act, subject, selection, range, offsets, adopt }: Command): Promise<{ readonly before: Record<string, string | number>; readonly after?: Record<string, string | number> }> {
  if (act === 'redrive' || act === 'discard') {
    const claimed = await claim(tx, id, act, selection!)
    if (claimed === 0) await end(tx, id, 'Nothing that is open fits.')
    return { before: { claimed } }
  }
  if (isAboutSource(act)) {
    await tx.$executeRaw`
      insert into comparison (command, source, from_time, to_time)
      values (${id}, ${subject}, timestamptz 'epoch' + ${range?.from ?? null}::bigint * interval '1 microsecond', timestamptz 'epoch' + ${range?.to ?? null}::bigint * interval '1 microsecond')`
    return { before: {} }
  }
  if (act === 'cancel') {
    const released = await cancel(tx, subject!)
    await end(tx, id, `${released} were not sent; what was sent already takes its way.`)
    return { before: { released } }
  }
  if (act === 'acknowledge' || act === 'accept') {
    const { before, after, says } = await settleFinding(tx, id, act, subject!)
    await end(tx, id, says)
    return { before, ...(after ? { after } : {}) }
  }
  if (act === 'adopt') {
    const it = await adoptTopics(tx, subject!, adopt!)
    await end(tx, id, `${adopt!.length} partitions of ${subject} go on in topics of other ids.`)
    return it
  }
  if (act === 'repair') {
    const { before, says } = await beginRepair(tx, id, subject!)
    if (says !== null) await end(tx, id, says)
    return { before }
  }
  // It runs until the target's receipts say that it has gone on.
  if (act === 'bootstrap') return { before: Object.fromEntries(offsets!.map(({ topic, partition, from }) => [`${topic}/${partition}`, from])) }
  // They run until the audit has come to its end.
  if (act === 'audit' || act === 'audit-target') return { before: {} }
  // Units read the topic themselves; that they obey is told by their states.
  await end(tx, id, null)
  return { before: {} }
}

/** Each open rejection belongs to one command at a time. */
async function claim(tx: LedgerTransaction, command: string, act: string, { ids, unit, group, code, entity, since, until }: Selection): Promise<number> {
  await lockRejections(tx)
  return tx.$executeRaw`
    with claimed as (
      update rejection set status = 'redriving'
      where status = 'open'
        and (${ids}::text[] is null or id = any(${ids}::text[])) and (${unit}::text is null or unit = ${unit}) and (${group}::text is null or cause_group = ${group})
        and (${code}::text is null or code = ${code}) and (${entity}::text is null or entity = ${entity})
        and (${since}::bigint is null or at >= timestamptz 'epoch' + ${since}::bigint * interval '1 microsecond')
        and (${until}::bigint is null or at < timestamptz 'epoch' + ${until}::bigint * interval '1 microsecond')
        and (${act} = 'discard' or attempt < ${mostAttempts} or ${ids}::text[] is not null)
        and (${act} = 'discard' or rejected_partition >= 0)
        -- What waits for its turn goes when that comes.
        and (code <> 'order.parked' or ${ids}::text[] is not null)
      returning id, attempt
    )
    insert into redrive (command, rejection, attempt) select ${command}, id, attempt from claimed`
}

async function cancel(tx: LedgerTransaction, command: string): Promise<number> {
  await lockRejections(tx)
  const released = await tx.$executeRaw`
    with unsent as (delete from redrive where command = ${command} and not sent and outcome is null returning rejection)
    update rejection set status = 'open' from unsent where rejection.id = unsent.rejection and rejection.status = 'redriving'`
  // First: who is sending holds the command until that is noted.
  await tx.$executeRaw`update command set status = 'cancelled', ended_at = now() where id = ${command} and status = 'running'`
  const unsent = await tx.$executeRaw`delete from republish where command = ${command} and not sent and outcome is null`
  return released + unsent
}

const end = (tx: LedgerTransaction, id: string, detail: string | null) => tx.command.update({ where: { id }, data: { status: 'done', detail, endedAt: new Date() } })
