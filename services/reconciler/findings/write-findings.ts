import type { FindingKindName } from '../../runtime/finding-kinds.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { findingId, type Found } from './finding.ts'

/** What a repair has sent is on its way to the target for a while after the command has ended. */
const graceMs = 60_000

/** Where a look was complete: what is open there and was not seen again is there no more. */
export interface Looked { readonly unit: string; readonly kinds: readonly FindingKindName[]; readonly model?: string; /** Looked at these only; else at everything of unit and model. */ readonly abouts?: readonly string[]; /** It was a look of many steps, and what was seen since then was seen. */ readonly since?: Date }

/**
 * Writes what a look has found. One cause is one row, seen once more; what was settled and is back, was accepted and differs in another way by now, or was repaired in vain, is open again.
 * Answers what nobody has been told of yet.
 */
export async function writeFindings(tx: LedgerTransaction, found: readonly Found[], looked: Looked | null, at = new Date()): Promise<readonly Found[]> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('tributary.findings'))`
  const byId = new Map(found.map((it) => [findingId(it), it])), ids = [...byId.keys()]
  const held = new Map((await tx.$queryRaw<{ id: string; status: string; mark: string; ended: Date | null }[]>`
    select finding.id, finding.status, mark, ended_at as ended from finding left join command on command.id = finding.command where finding.id = any(${ids}::text[])`).map((it) => [it.id, it]))
  const isNew = (id: string, { mark }: Found): boolean => {
    const it = held.get(id)
    return it === undefined || ['repaired', 'gone'].includes(it.status) || (it.status === 'accepted' && it.mark !== mark)
      || (it.status === 'repairing' && it.ended !== null && at.getTime() - it.ended.getTime() > graceMs)
  }
  const rows = [...byId].map(([id, it]) => ({ id, ...it, decides: it.decides ?? null, opens: isNew(id, it) }))
  if (rows.length > 0) await tx.$executeRaw`
    insert into finding as held (id, kind, unit, model, entity, place, fields, says, mark, status, first_seen, last_seen, decides)
    select id, kind, unit, model, entity, place, fields, says, mark, 'open', ${at}, ${at}, decides from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as it(id text, kind text, unit text, model text, entity text, place jsonb, fields jsonb, says text, mark text, decides text) order by id
    on conflict (id) do update set place = excluded.place, fields = excluded.fields, says = excluded.says, mark = excluded.mark, last_seen = excluded.last_seen, times = held.times + 1, decides = excluded.decides`
  const opens = rows.filter((it) => it.opens).map(({ id }) => id)
  await tx.finding.updateMany({ where: { id: { in: opens } }, data: { status: 'open', closedAt: null, command: null } })
  if (looked !== null) await settle(tx, looked, ids, at)
  return opens.map((id) => byId.get(id)!)
}

/** A repair has worked, and anything else has passed by itself, when a complete look does not find it any more. */
async function settle(tx: LedgerTransaction, { unit, kinds, model, abouts, since }: Looked, seen: readonly string[], at: Date): Promise<void> {
  const of = abouts === undefined ? {} : { id: { in: kinds.flatMap((kind) => abouts.map((about) => findingId({ kind, unit, about }))) } }
  const where = { unit, kind: { in: [...kinds] }, ...(model === undefined ? {} : { model }), ...(since === undefined ? {} : { lastSeen: { lt: since } }), AND: [of, { id: { notIn: [...seen] } }] }
  await tx.finding.updateMany({ where: { ...where, status: 'repairing' }, data: { status: 'repaired', closedAt: at } })
  await tx.finding.updateMany({ where: { ...where, status: { in: ['open', 'acknowledged'] } }, data: { status: 'gone', closedAt: at } })
}
