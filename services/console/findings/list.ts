import type { FindingKindName, FindingStatus } from '../../runtime/finding-kinds.ts'
import { atOneInstant, type Ledger } from '../../runtime/ledger/ledger.ts'
import type { FindingQuery, Findings } from '../api/findings.schema.ts'

const usual = 100, most = 1_000

export const listFindings = (ledger: Ledger, { unit, kind, entity, status = 'open', limit }: FindingQuery): Promise<Findings> => atOneInstant(ledger, async (tx) => {
  const where = {
    ...(unit === undefined ? {} : { unit }), ...(kind === undefined ? {} : { OR: [{ kind }, { kind: { startsWith: `${kind}.` } }] }), ...(entity === undefined ? {} : { entity }), ...(status === 'any' ? {} : { status }),
  }
  const rows = await tx.finding.findMany({ where, orderBy: [{ lastSeen: 'desc' }, { id: 'asc' }], take: Math.min(Number(limit ?? usual), most) })
  return { findings: rows.map(headOf), total: await tx.finding.count({ where }) }
})

type Row = Awaited<ReturnType<Ledger['finding']['findMany']>>[number]
export const headOf = ({ id, kind, unit, model, entity, status, says, firstSeen, lastSeen, times }: Row): Findings['findings'][number] => ({
  id, kind: kind as FindingKindName, unit, model, entity, status: status as FindingStatus, says, firstSeen: firstSeen.toISOString(), lastSeen: lastSeen.toISOString(), times,
})
