import type { Prisma } from '../../runtime/ledger/ledger.ts'
import type { RejectionQuery, Selection } from '../api/rejections.schema.ts'

/** The ledger's condition for a selection. */
export function where({ ids, unit, group, code, entity, since, until }: Selection, status: RejectionQuery['status'] = 'open'): Prisma.RejectionWhereInput {
  return {
    ...(ids === undefined ? {} : { id: { in: ids } }), ...(unit === undefined ? {} : { unit }), ...(group === undefined ? {} : { group }), ...(code === undefined ? {} : { code }),
    ...(entity === undefined ? {} : { entity }), ...(status === 'any' ? {} : { status }),
    ...(since === undefined && until === undefined ? {} : { at: { ...(since === undefined ? {} : { gte: new Date(since) }), ...(until === undefined ? {} : { lt: new Date(until) }) } }),
  }
}
