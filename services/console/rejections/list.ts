import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { RejectionQuery, Rejections } from '../api/rejections.schema.ts'
import { where } from './where.ts'

const usual = 100, most = 1_000

export async function listRejections(ledger: Ledger, { status, limit, ...selection }: RejectionQuery): Promise<Rejections> {
  const which = where(selection, status)
  const [rows, total] = await Promise.all([
    ledger.rejection.findMany({ where: which, orderBy: [{ at: 'desc' }, { id: 'asc' }], take: Math.min(Number(limit ?? usual), most) }), ledger.rejection.count({ where: which }),
  ])
  return { rejections: rows.map(headOf), total }
}

type Row = Awaited<ReturnType<Ledger['rejection']['findMany']>>[number]
export const headOf = ({ id, stage, unit, code, says, group, entity, status, outcome, attempt, at, originTime }: Row): Rejections['rejections'][number] => ({
  id, stage: stage as 'translate' | 'deliver', unit, code, says, group, entity, status: status as 'open' | 'redriving' | 'closed', outcome, attempt, at: at.toISOString(), originTime: originTime.toISOString(),
})
