import { HttpException } from '@nestjs/common'
import { findingKinds } from '../../runtime/finding-kinds.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Finding } from '../api/findings.schema.ts'
import { ownerOf } from '../rejections/owner.ts'
import { trouble } from '../trouble.ts'
import { headOf } from './list.ts'

/** One finding with everything that helps. Values were masked before they were written. */
export async function showFinding(ledger: Ledger, id: string): Promise<Finding> {
  const [row, acts] = await Promise.all([ledger.finding.findUnique({ where: { id } }), ledger.audit.findMany({ where: { subject: id }, orderBy: { at: 'asc' } })])
  if (row === null) throw new HttpException(trouble('finding.unknown', id), 404)
  const head = headOf(row), { says: means, todo, repairable } = findingKinds[head.kind]
  return {
    ...head, means, todo, repairable, ...ownerOf(row.unit), place: row.place as Finding['place'], fields: row.fields as Finding['fields'], decides: row.decides, closedAt: row.closedAt?.toISOString() ?? null,
    acts: acts.map(({ act, actor, at, reason }) => ({ act, actor, at: at.toISOString(), reason })),
  }
}
