import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { LedgerEvidence } from './evidence.ts'

/** What the ledger knows now. */
export async function ledgerEvidence(ledger: Ledger): Promise<LedgerEvidence> {
  const [states, latest, counts, read, verified, breaks] = await Promise.all([
    ledger.unitState.findMany(), latestReceipts(ledger), countsOf(ledger), ledger.position.findMany(), ledger.verified.findMany(), intervalBreaks(ledger),
  ])
  const gaps = breaks.filter(({ kind }) => kind === 'gap').length
  return { states, latest, counts, read, verified, breaks: { gaps, overlaps: breaks.length - gaps } }
}

// By the index (stage, unit, topic, partition, at): one step for each partition that has ever spoken.
const latestReceipts = (ledger: Ledger) => ledger.$queryRaw<LedgerEvidence['latest']>`
  select held.unit, held.topic, held.partition, last.next_offset as next, last.newest, last.at
  from unit_state as held cross join lateral (
    select next_offset, newest, at from receipt
    where stage = held.stage and unit = held.unit and topic = held.topic and partition = held.partition order by at desc limit 1
  ) as last`

const countsOf = (ledger: Ledger) => ledger.$queryRaw<LedgerEvidence['counts']>`
  select stage, unit, origin_topic as "originTopic", model, outcome, sum(count)::bigint as count from block_count group by 1, 2, 3, 4, 5`
