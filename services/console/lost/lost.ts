import { HttpException } from '@nestjs/common'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { LostOffsets } from '../../runtime/lost-offsets.ts'
import type { Lost, LostQuery } from '../api/lost.schema.ts'
import { trouble } from '../trouble.ts'

/** What a target stands before, as its leases said last. */
export async function lost(ledger: Ledger, targets: readonly string[], { target, topic }: LostQuery): Promise<Lost> {
  if (!targets.includes(target)) throw new HttpException(trouble('command.unknown', `there is no target ${target}; there are ${targets.join(', ')}`), 404)
  const rows = await ledger.unitState.findMany({ where: { unit: target, stage: 'deliver', state: 'stopped' }, orderBy: [{ topic: 'asc' }, { partition: 'asc' }] })
  const all = rows.flatMap(({ lost: range, at }) => (range === null ? [] : [{ ...range as unknown as LostOffsets, at: at.toISOString() }]))
  return { target, lost: all.filter((it) => topic === undefined || it.topic === topic || it.topic.endsWith(`.${topic}`)) }
}
