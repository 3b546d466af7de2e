import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { modelCodec } from '../../../canonical/codec.ts'
import { parseEffectKey } from '../../../canonical/key.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { Refused } from '../../../canonical/refused.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { partitionOf } from '../../runtime/kafka/partition.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { RecordWay } from '../api/record.schema.ts'

/** So many offsets are read at a time, the newest first: an entity's newest states are what is mostly asked for. */
const slice = 5_000
type State = RecordWay['states'][number]
export type Found = Pick<State, 'model' | 'effectKey' | 'version' | 'revision' | 'deleted' | 'canonical' | 'origin' | 'source' | 'mapping' | 'writtenAt'>
export interface LookedBack { readonly looked: RecordWay['looked'][number]; readonly states: readonly Found[] }

/** Reads the one partition that an entity belongs to, backwards from `before`, until there is nothing more, enough was read, or the time is over. */
export async function lookBack(kafka: { readonly cluster: Cluster; readonly names: Names; readonly registry: Pick<Registry, 'schemaOf'> }, model: ModelName, entity: string, bounds: { readonly before: number | null; readonly last: number; readonly until: number }): Promise<LookedBack> {
  const { cluster, names } = kafka, topic = names.canonical(model), partition = partitionOf(Buffer.from(entity), modelCards[model].partitions), { id } = await cluster.mustKnow(topic)
  const [earliest, end] = await Promise.all([offsetOf(cluster, topic, partition, 'earliest'), offsetOf(cluster, topic, partition, 'lastStable')])
  const until = Math.min(bounds.before ?? end, end), least = Math.max(earliest, until - bounds.last), states: Found[] = []
  let from = Math.max(until, earliest)
  while (from > least && performance.now() < bounds.until) {
    const begin = Math.max(least, from - slice), these: Found[] = []
    for (let at = begin; at < from;) {
      const { records, next } = await readSlice(cluster, { topic, id, partition, from: at })
      if (next === at) break
      for (const record of records) if (record.offset < from && record.key?.toString() === entity) these.push(await stateOf(model, { topic, partition }, record, kafka.registry))
      at = next
    }
    states.push(...these.toReversed())
    from = begin
  }
  return { looked: { model, topic, partition, from, earliest, until }, states }
}

async function stateOf(model: ModelName, place: { topic: string; partition: number }, record: KafkaRecord, registry: Pick<Registry, 'schemaOf'>): Promise<Found> {
  const { offset, value } = record, found = { model, canonical: { ...place, offset }, writtenAt: new Date(record.timestamp).toISOString(), deleted: value === null }
  try {
    if (value === null) return { ...found, ...deleted(record), source: null, mapping: null }
    const schema = await registry.schemaOf(schemaIdOf(value))
    if (schema === null) throw new Refused('record.unreadable', 'a schema that the registry knows', value)
    const { effectKey, version, revision, origin, source, mapping } = modelCodec(model).decodeMeta(value, () => schema)
    return { ...found, effectKey, version, revision, origin, source, mapping }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { ...found, effectKey: `(unreadable: ${error.code})`, version: 0, revision: 0, origin: null, source: null, mapping: null }
  }
}

function deleted({ headers }: KafkaRecord): Pick<Found, 'effectKey' | 'version' | 'revision' | 'origin'> {
  const header = (name: string) => headers.find((it) => it.name === name)?.value?.toString() ?? '', effectKey = header('ce_id')
  const { version, revision } = parseEffectKey(effectKey), [, topic, partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin')) ?? []
  return { effectKey, version, revision, origin: topic === undefined ? null : { topic, partition: Number(partition), offset: Number(offset) } }
}
