import type { Rejection } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { topicIdOf } from '../adopt/topic-id-of.ts'
import { lockRejections } from '../redrive/lock-rejections.ts'
import type { Decoded } from './decode.ts'

/** Writes what the ledger keeps of rejections; the original bytes, which may speak of persons, stay in the rejected topic. A later attempt opens it again. */
export async function writeRejections(tx: LedgerTransaction, partition: number, rejections: readonly Decoded<Rejection>[]): Promise<void> {
  const idOf = await topicIdOf(tx)
  await lockRejections(tx)
  const latest = new Map(rejections.map(({ offset, it: { key: _key, value: _value, headers: _headers, stage, ...it } }) => [it.id, { ...it, originTopicId: idOf(it.unit, it.originTopic, it.originTopicId), stage: stage.toLowerCase(), rejectedPartition: partition, rejectedOffset: offset }]))
  await tx.$executeRaw`
    insert into rejection (id, stage, unit, code, says, problems, cause_group, entity, version, mapping, origin_topic, origin_topic_id, origin_partition, origin_offset, origin_time, at, attempt,
      traceparent, rejected_partition, rejected_offset, status, outcome, closed_at)
    select it.id, stage, unit, code, says, problems, "group", entity, version, mapping, "originTopic", "originTopicId", "originPartition", "originOffset",
      timestamptz 'epoch' + "originTime" * interval '1 microsecond', timestamptz 'epoch' + it.at * interval '1 microsecond', it.attempt, traceparent, "rejectedPartition", "rejectedOffset",
      case when answer.rejection is null then 'open' else 'closed' end, answer.outcome, answer.at
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) as it(id text, stage text, unit text, code text, says text, problems jsonb, "group" text, entity text, version bigint,
      mapping text, "originTopic" text, "originTopicId" text, "originPartition" int, "originOffset" bigint, "originTime" bigint, at bigint, attempt int, traceparent text,
      "rejectedPartition" int, "rejectedOffset" bigint)
    left join answer on answer.rejection = it.id and answer.attempt >= it.attempt and answer.outcome <> 'rejected'
    order by it.id
    on conflict (id) do update set
      code = excluded.code, says = excluded.says, problems = excluded.problems, cause_group = excluded.cause_group, entity = excluded.entity, version = excluded.version,
      mapping = excluded.mapping, at = excluded.at, attempt = excluded.attempt, traceparent = excluded.traceparent,
      rejected_partition = excluded.rejected_partition, rejected_offset = excluded.rejected_offset, status = excluded.status, outcome = excluded.outcome, closed_at = excluded.closed_at
    where excluded.attempt > rejection.attempt`
}
