import type { Rejection } from '../../../canonical/models.generated.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

/** Writes what the ledger keeps of rejections; the original bytes, which may speak of persons, stay in the rejected topic. */
export async function writeRejections(tx: LedgerTransaction, rejections: readonly Rejection[]): Promise<void> {
  const latest = new Map(rejections.map(({ key: _key, value: _value, headers: _headers, stage, ...it }) => [it.id, { ...it, stage: stage.toLowerCase() }]))
  await tx.$executeRaw`
    insert into rejection (id, stage, unit, code, says, problems, cause_group, entity, mapping, origin_topic, origin_topic_id, origin_partition, origin_offset, origin_time, at, attempt)
    select id, stage, unit, code, says, problems, "group", entity, mapping, "originTopic", "originTopicId", "originPartition", "originOffset",
      timestamptz 'epoch' + "originTime" * interval '1 microsecond', timestamptz 'epoch' + at * interval '1 microsecond', attempt
    from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) as it(id text, stage text, unit text, code text, says text, problems jsonb, "group" text, entity text,
      mapping text, "originTopic" text, "originTopicId" text, "originPartition" int, "originOffset" bigint, "originTime" bigint, at bigint, attempt int)
    order by id
    on conflict (id) do update set
      code = excluded.code, says = excluded.says, problems = excluded.problems, cause_group = excluded.cause_group, entity = excluded.entity,
      mapping = excluded.mapping, at = excluded.at, attempt = excluded.attempt
    where excluded.attempt >= rejection.attempt`
}
