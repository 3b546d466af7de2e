import { atOneInstant, type Ledger } from '../../runtime/ledger/ledger.ts'
import type { RejectionQuery, Rejections } from '../api/rejections.schema.ts'
import { where } from './where.ts'

const usual = 100, most = 1_000

export const listRejections = (ledger: Ledger, { status, limit, ...selection }: RejectionQuery): Promise<Rejections> => atOneInstant(ledger, async (tx) => {
  const which = where(selection, status), rows = await tx.rejection.findMany({ where: which, orderBy: [{ at: 'desc' }, { id: 'asc' }], take: Math.min(Number(limit ?? usual), most) })
  return { rejections: rows.map(headOf), total: await tx.rejection.count({ where: which }) }
})

type Row = Awaited<ReturnType<Ledger['rejection']['findMany']>>[number]
export const headOf = ({ id, stage, unit, code, says, group, entity, status, outcome, attempt, at, originTime }: Row): Rejections['rejections'][number] => ({
  id, stage: stage as 'translate' | 'deliver', unit, code, says, group, entity, status: status as 'open' | 'redriving' | 'closed', outcome, attempt, at: at.toISOString(), originTime: originTime.toISOString(),
})
