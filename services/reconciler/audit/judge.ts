import { epochSize } from '../../../canonical/key.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Counts } from '../../runtime/audit-counts.ts'
import type { FindingKindName } from '../../runtime/finding-kinds.ts'
import type { Expected, Wanted } from './expectation.ts'

/** A source record as the books know it beside what it comes to today. */
export interface Origin extends Expected {
  readonly offset: number
  /** It was refused, whatever became of it later. */
  readonly rejected: boolean
  /** The receipt over it names the mappings and rules of today; else what it gives today says nothing about then. */
  readonly today: boolean
}

/** A canonical record as it lies in its topic. */
export interface Seen {
  readonly lane: string; readonly at: number
  readonly model: ModelName; readonly entity: string; readonly version: number; readonly revision: number
  /** Null: a delete does not say. */
  readonly mapping: string | null
  readonly effectKey: string
  readonly mark: bigint
  /** Its key in the topic is its entity. */
  readonly keyed: boolean
  /** The offset of the source record that it stands for. */
  readonly offset: number
}

export interface Difference {
  readonly kind: Extract<FindingKindName, `topic.${string}`>
  readonly offset: number; readonly model: ModelName; readonly entity: string; readonly revision: number
  readonly seen: Seen | null; readonly wanted: Wanted | null
}

export const same = (seen: Pick<Seen, 'model' | 'entity'>, wanted: Pick<Wanted, 'model' | 'entity'>): boolean => seen.entity === wanted.entity && seen.model === wanted.model
export const isExact = (seen: Seen, wanted: Wanted): boolean => seen.mark === wanted.mark && seen.keyed && seen.lane === wanted.lane

/** Of mappings that differ nothing is compared; nor where a card's epoch was raised since. */
export function isEarlier({ today, rejected }: Origin, wanted: Wanted, seen: Seen): boolean {
  if (seen.mapping !== wanted.mapping && (!today || rejected)) return true
  const lifted = wanted.version - seen.version
  return lifted > 0 && lifted % epochSize === 0 && contentOf(seen) === contentOf(wanted)
}
const contentOf = ({ effectKey }: { effectKey: string }) => effectKey.slice(effectKey.lastIndexOf('#'))

/** Compares one source record with all the canonical records that stand for it. */
export function judge(origin: Origin, seens: readonly Seen[], counts: Counts): Difference[] {
  const free = seens.filter(({ revision }) => revision === 0), again = seens.filter(({ revision }) => revision > 0)
  const differences: Difference[] = [], open: Wanted[] = []
  const take = (fits: (seen: Seen) => boolean): Seen | undefined => {
    const at = free.findIndex(fits)
    return at < 0 ? undefined : free.splice(at, 1)[0]
  }
  const differs = (kind: Difference['kind'], { model, entity }: Wanted | Seen, seen: Seen | null, wanted: Wanted | null) =>
    void differences.push({ kind, offset: origin.offset, model, entity, revision: 0, seen, wanted })
  for (const wanted of origin.wanted) {
    if (take((seen) => isExact(seen, wanted))) counts.matched++
    else open.push(wanted)
  }
  for (const wanted of open) {
    const seen = take((it) => same(it, wanted))
    if (seen !== undefined) {
      if (isEarlier(origin, wanted, seen)) counts.earlier++
      else differs('topic.altered', wanted, seen, wanted)
    } else if (again.some((it) => same(it, wanted))) counts.matched++
    else if (origin.rejected) continue
    else if (!origin.today) counts.earlier++
    else differs('topic.missing', wanted, null, wanted)
  }
  for (const seen of free) {
    const wanted = origin.wanted.find((it) => same(seen, it))
    if (wanted !== undefined) differs('topic.doubled', seen, seen, wanted)
    else if (origin.rejected || !origin.today) counts.earlier++
    else differs('topic.orphan', seen, seen, null)
  }
  return differences
}
