import type { FindingKindName, FindingStatus } from '../../runtime/finding-kinds.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { FindingQuery, Findings } from '../api/findings.schema.ts'

const usual = 100, most = 1_000

export async function listFindings(ledger: Ledger, { unit, kind, entity, status = 'open', limit }: FindingQuery): Promise<Findings> {
  const where = {
    ...(unit === undefined ? {} : { unit }), ...(kind === undefined ? {} : { OR: [{ kind }, { kind: { startsWith: `${kind}.` } }] }), ...(entity === undefined ? {} : { entity }), ...(status === 'any' ? {} : { status }),
  }
  const [rows, total] = await Promise.all([
    ledger.finding.findMany({ where, orderBy: [{ lastSeen: 'desc' }, { id: 'asc' }], take: Math.min(Number(limit ?? usual), most) }), ledger.finding.count({ where }),
  ])
  return { findings: rows.map(headOf), total }
}

type Row = Awaited<ReturnType<Ledger['finding']['findMany']>>[number]
export const headOf = ({ id, kind, unit, model, entity, status, says, firstSeen, lastSeen, times }: Row): Findings['findings'][number] => ({
  id, kind: kind as FindingKindName, unit, model, entity, status: status as FindingStatus, says, firstSeen: firstSeen.toISOString(), lastSeen: lastSeen.toISOString(), times,
})
