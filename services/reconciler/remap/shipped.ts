import { modelCodec } from '../../../canonical/codec.ts'
import { parseEffectKey } from '../../../canonical/key.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { Environment } from '../../runtime/failure.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { readPartition } from '../../runtime/kafka/read-all.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import { stateKey } from '../../runtime/republish.ts'
import { hashIn } from './made-today.ts'

/** A canonical record as it lies on its topic. */
export interface Lying { readonly model: ModelName; readonly key: string; readonly hash: string; readonly revision: number; readonly origin: { readonly partition: number; readonly offset: number }; readonly partition: number; readonly offset: number }
export const place = ({ partition, offset }: { readonly partition: number; readonly offset: number }): string => `${partition}/${offset}`
type Codec = ReturnType<typeof modelCodec>

/** Reads canonical topics by where their records come from. */
export class Shipped {
  readonly #cluster: Cluster
  readonly #names: Names
  readonly #registry: Pick<Registry, 'schemaOf'>
  readonly #codecs = new Map<ModelName, Codec>()
  constructor(cluster: Cluster, names: Names, registry: Pick<Registry, 'schemaOf'>) {
    this.#cluster = cluster
    this.#names = names
    this.#registry = registry
  }

  /** Everything of these models that was made of this source topic between two times, and what there is of these entities later. Canonical records keep the time of their source record, whenever they are written again. `still` is asked now and then whether to go on. */
  async *of(models: readonly ModelName[], sourceTopic: string, sinceMs: number, untilMs: number, entities: ReadonlySet<string>, still: () => Promise<void>): AsyncGenerator<Lying> {
    for (const model of models) {
      const topic = this.#names.canonical(model), { leaders } = await this.#cluster.mustKnow(topic)
      for (let partition = 0; partition < leaders.length; partition++) {
        const first = sinceMs <= 0 ? undefined : await offsetOf(this.#cluster, topic, partition, sinceMs)
        if (first === -1) continue
        for await (const records of readPartition(this.#cluster, topic, partition, first)) {
          await still()
          const these = records.filter(({ timestamp, key }) => timestamp <= untilMs || (key !== null && entities.has(key.toString())))
          await this.#know(model, these)
          for (const record of these) {
            const { origin, ...it } = this.#lying(model, record)
            if (origin.topic === sourceTopic) yield { ...it, origin, model, partition, offset: record.offset }
          }
        }
      }
    }
  }

  /** The content of canonical records; a delete is null. */
  async contents(model: ModelName, records: readonly KafkaRecord[]): Promise<(object | null)[]> {
    await this.#know(model, records)
    return records.map(({ value }) => (value === null ? null : this.#codec(model).decode(value, never)))
  }

  #lying(model: ModelName, { value, headers }: KafkaRecord) {
    if (value !== null) {
      const { effectKey, entity, version, revision, origin } = this.#codec(model).decodeMeta(value, never)
      return { key: stateKey({ model, entity, version }), hash: hashIn(effectKey), revision, origin }
    }
    // A delete tells in its headers what other records tell in `meta`.
    const header = (name: string) => headers.findLast((it) => it.name === name)?.value?.toString() ?? ''
    const { entity, version, revision } = parseEffectKey(header('ce_id')), [, topic = '', partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin')) ?? []
    return { key: stateKey({ model, entity, version }), hash: hashIn(header('ce_id')), revision, origin: { topic, partition: Number(partition), offset: Number(offset) } }
  }

  async #know(model: ModelName, records: readonly KafkaRecord[]): Promise<void> {
    const codec = this.#codec(model)
    for (const { value } of records) {
      if (value === null || codec.knows(schemaIdOf(value))) continue
      const id = schemaIdOf(value), schema = await this.#registry.schemaOf(id)
      if (schema === null) throw new Environment('registry.no_schema', `The registry knows no schema ${id}`)
      codec.decodeMeta(value, () => schema)
    }
  }

  #codec(model: ModelName): Codec {
    const codec = this.#codecs.get(model) ?? modelCodec(model)
    this.#codecs.set(model, codec)
    return codec
  }
}

function never(id: number): never { throw new Error(`schema ${id} was not asked for`) }
