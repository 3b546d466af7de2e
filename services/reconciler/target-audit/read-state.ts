import { modelCodec, type ModelCodec } from '../../../canonical/codec.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import type { Meta, ModelName } from '../../../canonical/models.generated.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { State } from '../../sink/targets/audit.ts'

/** A canonical record as it was read, and where its source record lies. */
export interface ReadState extends State { readonly origin: Pick<Meta['origin'], 'topic' | 'partition' | 'offset'> }

/** Reads canonical records of one model as any subscriber does: by avsc, and not by what the sinks have of their own. */
export class StateReader {
  readonly #codec: ModelCodec<ModelName>
  readonly #registry: Pick<Registry, 'schemaOf'>
  readonly #schemas = new Map<number, string>()
  constructor(model: ModelName, registry: Pick<Registry, 'schemaOf'>) {
    this.#codec = modelCodec(model)
    this.#registry = registry
  }

  /** Null: it cannot be read, so no target holds it. */
  async read(records: readonly KafkaRecord[]): Promise<(ReadState | null)[]> {
    const values = records.map(({ value }) => value)
    for (const value of values) {
      if (value === null || value.length < 5 || value[0] !== 0) continue
      const id = schemaIdOf(value)
      if (this.#schemas.has(id)) continue
      const schema = await this.#registry.schemaOf(id)
      if (schema !== null) this.#schemas.set(id, schema)
    }
    return records.map((record, at) => {
      try { return values[at] === null ? deleted(record) : this.#stateOf(values[at]!) } catch (error) {
        if (error instanceof Refused || error instanceof Rejected) return null
        throw error
      }
    })
  }

  #stateOf(value: Buffer): ReadState {
    const content = this.#codec.decode(value, (id) => this.#schemas.get(id) ?? refuse('a schema id that the registry knows')), { effectKey, entity, version, revision, origin } = content.meta
    return { effectKey, entity, version, revision, origin, content }
  }
}

/** What a delete says in its headers. */
function deleted({ key, headers }: KafkaRecord): ReadState {
  const header = (name: string): string => headers.findLast((it) => it.name === name)?.value?.toString('utf8') ?? refuse(`the header ${name}`)
  const [, topic = '', partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin')) ?? refuse('the header hub_origin')
  return {
    content: null, effectKey: header('ce_id'), entity: (key ?? refuse('the entity as key')).toString('utf8'), version: whole(header('hub_version')), revision: whole(header('hub_revision')),
    origin: { topic, partition: Number(partition), offset: Number(offset) },
  }
}
const whole = (text: string): number => (/^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : refuse('a whole number'))
function refuse(expected: string): never { throw new Refused('record.unreadable', expected, undefined) }
