import { modelCodec } from '../../../canonical/codec.ts'
import { parseEffectKey } from '../../../canonical/key.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Environment } from '../../runtime/failure.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Registry } from '../../runtime/registry.ts'
import { deleteMark, type DeleteSays, valueMark } from './expectation.ts'
import type { Seen } from './judge.ts'

/** A canonical record with the place that it says it came from; `stray`: it says none that could be read. */
export type Said = { readonly topic: string; readonly partition: number; readonly seen: Seen } | { readonly stray: string }
interface Place { readonly name: string; readonly model: ModelName }

/** Reads what canonical records say of themselves. Those that are waited for are known by their marks and never come here. */
export class SeenReader {
  readonly #registry: Pick<Registry, 'schemaOf'>
  readonly #codecs = new Map<ModelName, ReturnType<typeof modelCodec>>()
  constructor(registry: Pick<Registry, 'schemaOf'>) { this.#registry = registry }

  async said(lane: Place, record: KafkaRecord): Promise<Said> {
    try { return record.value === null ? deleted(lane, record) : await this.#valued(lane, record, record.value) } catch (error) {
      if (error instanceof Refused) return { stray: error.code }
      throw error
    }
  }

  /** The whole record, for one that differs. */
  async content(model: ModelName, value: Buffer): Promise<object> {
    const schema = await this.#schema(model, value)
    return this.#codec(model).decode(value, () => schema)
  }

  async #valued(lane: Place, { offset: at, key }: KafkaRecord, value: Buffer): Promise<Said> {
    const schema = await this.#schema(lane.model, value)
    const { entity, version, revision, mapping, effectKey, origin } = this.#codec(lane.model).decodeMeta(value, () => schema)
    return {
      topic: origin.topic, partition: origin.partition,
      seen: { lane: lane.name, at, model: lane.model, entity, version, revision, mapping, effectKey, mark: valueMark(value), keyed: key?.toString() === entity, offset: origin.offset },
    }
  }

  async #schema(model: ModelName, value: Buffer): Promise<string> {
    const id = schemaIdOf(value)
    if (this.#codec(model).knows(id)) return ''
    const schema = await this.#registry.schemaOf(id)
    if (schema === null) throw new Environment('registry.no_schema', `The registry knows no schema ${id}`)
    return schema
  }

  #codec(model: ModelName) {
    let codec = this.#codecs.get(model)
    if (codec === undefined) this.#codecs.set(model, codec = modelCodec(model))
    return codec
  }
}

/** A delete has no value: its headers say what `meta` says otherwise, but for the mapping. */
function deleted(lane: Place, { offset: at, key, headers }: KafkaRecord): Said {
  const says = deleteSays(headers), { effectKey } = says, found = /^(.+)\/(\d+)\/(\d+)$/.exec(says.origin)
  if (found === null) return { stray: 'record.not-a-key' }
  const { model, entity, version, revision } = parseEffectKey(effectKey), [, topic, partition, offset] = found as unknown as [string, string, string, string]
  return {
    topic, partition: Number(partition),
    seen: { lane: lane.name, at, model, entity, version, revision, mapping: null, effectKey, mark: deleteMark(says), keyed: key?.toString() === entity && model === lane.model, offset: Number(offset) },
  }
}
export function deleteSays(headers: KafkaRecord['headers']): DeleteSays {
  const header = (name: string) => headers.find((it) => it.name === name)?.value?.toString() ?? ''
  return { effectKey: header('ce_id'), version: header('hub_version'), revision: header('hub_revision'), origin: header('hub_origin') }
}
