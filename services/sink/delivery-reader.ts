import { modelCodec, type ModelCodec } from '../../canonical/codec.ts'
import { checkedEntity } from '../../canonical/key.ts'
import { micros } from '../../canonical/micros.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { schemaIdOf } from '../../canonical/reader.ts'
import { Refused } from '../../canonical/refused.ts'
import { Rejected, type Problem } from '../../canonical/rejected.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Registry } from '../runtime/registry.ts'
import type { Delivery } from './targets/target.ts'

/** A record as it was read: for the target, or with the reasons why it cannot be. */
export type Read = { readonly delivery: Delivery } | { readonly problems: readonly Problem[] }

/** Canonical records of one model, from bytes. */
export class DeliveryReader {
  readonly #model: ModelName
  readonly #codec: ModelCodec<ModelName>
  readonly #registry: Pick<Registry, 'schemaOf'>
  /** Null: the registry has answered that it does not know the id. */
  readonly #schemas = new Map<number, string | null>()
  constructor(model: ModelName, registry: Pick<Registry, 'schemaOf'>) {
    this.#model = model
    this.#codec = modelCodec(model)
    this.#registry = registry
  }

  /** Asks the registry for what it does not know before it reads: what the registry does wrong is no record's fault. */
  async read(records: readonly KafkaRecord[]): Promise<Read[]> {
    for (const { value } of records) if (value !== null && value.length > 5 && value[0] === 0) await this.#learn(value.readInt32BE(1))
    return records.map((record) => {
      try {
        const delivery = record.value === null ? this.#deleted(record) : this.#decoded(record.value)
        checkedEntity(delivery.meta.entity)
        return { delivery }
      } catch (error) {
        if (error instanceof Rejected) return { problems: error.problems }
        if (error instanceof Refused) return { problems: [{ field: '', from: [], code: error.code, expected: error.expected, got: error.got }] }
        throw error
      }
    })
  }

  async #learn(id: number): Promise<void> {
    if (typeof this.#schemas.get(id) !== 'string') this.#schemas.set(id, await this.#registry.schemaOf(id))
  }

  #decoded(value: Buffer): Delivery {
    const { meta, ...content } = this.#codec.decode(value, (id) => {
      const schema = this.#schemas.get(id)
      if (typeof schema !== 'string') throw new Refused('record.unknown-schema', 'a schema id that the registry knows', schemaIdOf(value))
      return schema
    })
    return { model: this.#model, meta, content }
  }

  /** A delete has no value: its identity travels in headers. */
  #deleted({ key, headers }: KafkaRecord): Delivery {
    const found = new Map(headers.map(({ name, value }) => [name, value?.toString('utf8')]))
    const header = (name: string): string => {
      const value = found.get(name)
      if (value === undefined) throw new Refused('delete.no-header', `the header ${name}`, undefined)
      return value
    }
    if (key === null) throw new Refused('delete.no-key', 'the entity as key', undefined)
    const [, topic = '', partition, offset] = /^(.+)\/(\d+)\/(\d+)$/.exec(header('hub_origin')) ?? refuse('hub_origin')
    return { model: this.#model, content: null, meta: {
      effectKey: header('ce_id'), source: header('ce_source').replace(/^\/tributary\//, ''), entity: key.toString('utf8'), version: integer(header('hub_version')), revision: integer(header('hub_revision')),
      occurredAt: micros(header('ce_time')), origin: { topic, partition: Number(partition), offset: Number(offset) },
    } }
  }
}

function integer(value: string): number {
  const number = Number(value)
  return /^-?\d+$/.test(value) && Number.isSafeInteger(number) ? number : refuse('hub_version')
}
function refuse(header: string): never { throw new Refused('delete.bad-header', `a header ${header} as the hub writes it`, undefined) }
