import type { Problem } from '../../../canonical/rejected.ts'
import { codeEntry } from '../../runtime/codes.ts'
import { atOneInstant, type Ledger } from '../../runtime/ledger/ledger.ts'
import type { Groups, RejectionQuery } from '../api/rejections.schema.ts'
import { ownerOf } from './owner.ts'
import { where } from './where.ts'

const most = 200

/** Equal causes together: what an operator reads first. */
export const groupRejections = (ledger: Ledger, { status, limit, ...selection }: RejectionQuery): Promise<Groups> => atOneInstant(ledger, async (tx) => {
  const which = where(selection, status), groups: Groups['groups'] = []
  const found = await tx.rejection.groupBy({ by: ['unit', 'group'], where: which, _count: true, _min: { at: true }, _max: { at: true }, orderBy: { _count: { id: 'desc' } }, take: Math.min(Number(limit ?? most), most) })
  for (const { unit, group, _count, _min, _max } of found) {
    const these = { AND: [which, { unit, group }] }
    const sample = await tx.rejection.findFirstOrThrow({ where: these, orderBy: { at: 'desc' } }), problems = sample.problems as unknown as readonly Problem[]
    const entities = await tx.rejection.findMany({ where: { AND: [these, { entity: { not: null } }] }, distinct: ['entity'], select: { entity: true }, take: 10_000 })
    groups.push({
      group, unit, code: sample.code, says: sample.says, todo: codeEntry(sample.code).todo, owner: ownerOf(unit).owner, fields: distinct(problems.map(({ field }) => field)), expected: distinct(problems.map(({ expected }) => expected)),
      count: _count, entities: entities.length, oldest: _min.at!.toISOString(), newest: _max.at!.toISOString(), sample: sample.id,
    })
  }
  return { groups, total: await tx.rejection.count({ where: which }) }
})

const distinct = (all: readonly string[]): string[] => [...new Set(all.map((it) => it.replaceAll(/\[\d+\]/g, '[]')).filter((it) => it !== ''))]
