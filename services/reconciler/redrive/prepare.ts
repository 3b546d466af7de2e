import { modelNames, type Rejection } from '../../../canonical/models.generated.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Names } from '../../runtime/names.ts'
import { originals } from '../../runtime/originals.ts'
import { asRedriven } from '../../runtime/redrive.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { Claimed, Sent } from './rejections-errand.ts'

/** Fetches the original bytes of claimed rejections and makes the records that go back: to the partition they came from, with what is asked in a header. */
export function preparer(cluster: Cluster, names: Names, registry: Pick<Registry, 'schemaOf'>) {
  const bytesOf = originals(cluster, names, registry)
  return async (ask: 'redrive' | 'discard', claimed: readonly Claimed[]): Promise<Map<string, Sent>> => {
    const kept = ask === 'redrive' ? await bytesOf(claimed.map((it) => ({ ...it, id: it.rejection }))) : new Map<string, Rejection>()
    return new Map(claimed.flatMap((it): [string, Sent][] => {
      const original = kept.get(it.rejection)
      if (ask === 'redrive' && original === undefined) return []
      const redriven = {
        rejection: it.rejection, topic: it.originTopic, topicId: it.originTopicId, partition: it.originPartition, offset: Number(it.originOffset), attempt: it.attempt, ask,
      }
      return [[it.rejection, {
        topic: topicOf(names, it), record: {
          key: original?.key ?? null, value: original?.value ?? null, headers: asRedriven(redriven, original?.headers ?? []), partition: it.originPartition,
          // Brokers refuse times of the future, and a source's producer may have set any.
          ...(original === undefined ? {} : { timestamp: Math.min(Math.max(0, Math.floor(original.originTime / 1000)), Date.now()) }),
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
