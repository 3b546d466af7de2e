import { HttpException } from '@nestjs/common'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { heldAt, type Proven, verifiedThrough } from '../../runtime/verified.ts'
import type { TargetVerified, Verified, VerifiedQuery } from '../api/balance.schema.ts'
import { trouble } from '../trouble.ts'

export interface VerifiedRow extends Proven { readonly target: string; readonly topic: string; readonly partition: number; readonly source: string; readonly through: bigint; readonly held: string | null }

/** How far each target is proven, and what holds it back. */
export async function verified(ledger: Ledger, targets: readonly string[], { target, at }: VerifiedQuery): Promise<Verified> {
  if (target !== undefined && !targets.includes(target)) throw new HttpException(trouble('command.unknown', `there is no target ${target}; there are ${targets.join(', ')}`), 404)
  const where = target === undefined ? {} : { target }, now = new Date()
  const [rows, agreed] = await Promise.all([ledger.verified.findMany({ where }), ledger.acceptedDifference.findMany({ where, select: { target: true, records: true } })])
  const acceptedOf = (name: string) => agreed.reduce((sum, it) => sum + (it.target === name ? Math.abs(Number(it.records)) : 0), 0)
  return { at: now.toISOString(), targets: (target === undefined ? targets : [target]).map((name) => targetVerified(name, rows.filter((it) => it.target === name), now, at === undefined ? null : new Date(at), acceptedOf(name))) }
}

export function targetVerified(target: string, rows: readonly VerifiedRow[], now: Date, at: Date | null, accepted = 0): TargetVerified {
  const through = verifiedThrough(rows), held = at === null ? heldAt(rows.filter(({ oldest }) => oldest !== null), now) : heldAt(rows, at)
  return {
    target, through: through === null ? null : new Date(through).toISOString(), age: through === null ? null : Math.max(0, now.getTime() - through) / 1000,
    accepted, proven: at === null ? null : through !== null && held.length === 0,
    held: held.map((it) => ({ source: it.source, topic: it.topic, partition: it.partition, offset: Number(it.through), time: it.oldest?.toISOString() ?? null, ...whyOf(it) })),
  }
}

function whyOf({ source, target, topic, partition, through, oldest, at, held }: VerifiedRow): Pick<TargetVerified['held'][number], 'why' | 'says'> {
  const where = `${topic}/${partition} from ${through}`, of = oldest === null ? '' : `, its oldest record of ${oldest.toISOString()}`
  if (held === 'difference') return { why: 'difference', says: `${where} differs${of}: see npm run hub -- findings list.` }
  if (held === 'translate') return { why: 'translate', says: `${where} is not translated yet${of}: see ${source} in npm run hub -- status.` }
  if (held === 'deliver') return { why: 'deliver', says: `${where} is on its way to ${target}${of}: see ${target} in npm run hub -- status.` }
  return { why: 'look', says: `${where}: nothing waits, and the reconciler looked last at ${at.toISOString()}.` }
}
