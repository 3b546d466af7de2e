import { rejectionCodec } from '../../../canonical/codec.ts'
import { modelNames, type Rejection } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Names } from '../../runtime/names.ts'
import { asRedriven } from '../../runtime/redrive.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { Claimed, Sent } from './redriver.ts'

const codec = rejectionCodec()

/** Fetches the original bytes of claimed rejections and makes the records that go back: to the partition they came from, with what is asked in a header. */
export function preparer(cluster: Cluster, names: Names, registry: Pick<Registry, 'schemaOf'>) {
  return async (ask: 'redrive' | 'discard', claimed: readonly Claimed[]): Promise<Map<string, Sent>> => {
    const kept = new Map<string, Rejection>()
    if (ask === 'redrive') for (const [place, these] of Map.groupBy(claimed, (it) => `${it.rejectedPartition} ${it.unit}`)) {
      const { unit, rejectedPartition } = these[0]!
      for (const record of (await readAt(cluster, names.rejected(unit), rejectedPartition, these.map((it) => Number(it.rejectedOffset)))).values()) {
        const schema = record.value === null ? null : await registry.schemaOf(schemaIdOf(record.value))
        if (record.value === null || schema === null) throw new Error(`the rejection at ${place}/${record.offset} cannot be read`)
        const rejection = codec.decode(record.value, () => schema)
        kept.set(rejection.id, rejection)
      }
    }
    return new Map(claimed.flatMap((it): [string, Sent][] => {
      const original = kept.get(it.rejection)
      if (ask === 'redrive' && original === undefined) return []
      const redriven = {
        rejection: it.rejection, topic: it.originTopic, topicId: it.originTopicId, partition: it.originPartition, offset: Number(it.originOffset), attempt: it.attempt, ask,
      }
      return [[it.rejection, {
        topic: topicOf(names, it), record: {
          key: original?.key ?? null, value: original?.value ?? null, headers: asRedriven(redriven, original?.headers ?? []), partition: it.originPartition,
          ...(original === undefined ? {} : { timestamp: Math.floor(original.originTime / 1000) }),
        },
      }]]
    }))
  }
}

function topicOf(names: Names, { stage, unit, originTopic }: Claimed): string {
  if (stage === 'translate') return names.redriveSource(unit)
  const model = modelNames.find((it) => names.canonical(it) === originTopic)
  if (model === undefined) throw new Error(`${originTopic} is no canonical topic`)
  return names.redriveTarget(unit, model)
}
