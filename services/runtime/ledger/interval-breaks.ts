import type { Ledger } from './ledger.ts'

/** Where the receipts of a partition do not join: offsets that nobody accounted for, or that were accounted for twice. */
export interface IntervalBreak { kind: 'gap' | 'overlap'; stage: string; unit: string; topic: string; partition: number; from: bigint; next: bigint }

/** At most a hundred of them. Every span but the first must begin where the one before it ended; joined receipts are one span, so this stays cheap. */
export const intervalBreaks = (ledger: Ledger): Promise<IntervalBreak[]> => ledger.$queryRaw<IntervalBreak[]>`
  select case when from_offset > reached then 'gap' else 'overlap' end as kind, stage, unit, topic, partition,
    least(from_offset, reached) as "from", case when from_offset > reached then from_offset else least(reached, next_offset) end as next
  from (
    select *, max(next_offset) over (partition by stage, unit, topic_id, partition order by from_offset rows between unbounded preceding and 1 preceding) as reached from span
  ) as spans
  where from_offset <> reached
  order by stage, unit, topic, partition, from_offset limit 100`
