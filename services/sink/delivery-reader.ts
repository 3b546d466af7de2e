import { modelCodec, type ModelCodec } from '../../canonical/codec.ts'
import { checkedEntity } from '../../canonical/key.ts'
import type { Micros } from '../../canonical/micros.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { skimOf } from '../../canonical/model-skim.ts'
import { Refused } from '../../canonical/refused.ts'
import { Rejected, type Problem } from '../../canonical/rejected.ts'
import type { Skim, Skimmed } from '../../canonical/skim.ts'
import { deletedMeta } from '../runtime/deleted-meta.ts'
import type { KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Registry } from '../runtime/registry.ts'
import type { Delivery, Verdict } from './targets/target.ts'

/** A record as it was read: for the target, or with the reasons why it cannot be. */
export type Read = { readonly delivery: Delivery; /** It breaks a rule of the target, and what became of it is decided without the target. */ readonly refused?: Verdict; /** The target's own rules that it breaks and may break. */ readonly warned?: readonly string[] } | { readonly problems: readonly Problem[] }

/** Canonical records of one model, from bytes. */
export class DeliveryReader {
  readonly #model: ModelName
  readonly #codec: ModelCodec<ModelName>
  readonly #skims: boolean
  readonly #skim: Skim
  readonly #meta: (it: Skimmed) => Delivery['meta']
  readonly #registry: Pick<Registry, 'schemaOf'>
  /** Null: the registry has answered that it does not know the id. */
  readonly #schemas = new Map<number, string | null>()
  constructor(model: ModelName, registry: Pick<Registry, 'schemaOf'>, skims = false) {
    this.#skims = skims
    this.#model = model
    this.#codec = modelCodec(model)
    this.#skim = skimOf(model)
    this.#meta = metaReader(this.#skim)
    this.#registry = registry
  }

  /** Asks the registry for what it does not know before it reads: what the registry does wrong is no record's fault. */
  async read(records: readonly KafkaRecord[]): Promise<Read[]> {
    // A record's value is a new view each time it is asked for.
    const values = records.map((it) => it.value)
    for (const value of values) {
      if (value === null || value.length <= 5 || value[0] !== 0) continue
      const id = value.readInt32BE(1)
      if (typeof this.#schemas.get(id) !== 'string') this.#schemas.set(id, await this.#registry.schemaOf(id))
    }
    const places = new Int32Array(this.#skims ? this.#skim.size * records.length : 0)
    return records.map((record, at) => {
      try {
        const value = values[at]!, delivery = value === null ? { model: this.#model, meta: deletedMeta(record), content: null } : this.#read(value, places, at * this.#skim.size)
        checkedEntity(delivery.meta.entity)
        return { delivery }
      } catch (error) {
        if (error instanceof Rejected) return { problems: error.problems }
        if (error instanceof Refused) return { problems: [{ field: '', from: [], code: error.code, expected: error.expected, got: error.got }] }
        throw error
      }
    })
  }

  #read(value: Buffer, places: Int32Array, at: number): Delivery {
    const skimmed = this.#skims ? this.#codec.skim(value, this.#schemaOf, places, at) : null
    if (skimmed === null) {
      const content = this.#codec.decode(value, this.#schemaOf)
      return { model: this.#model, meta: content.meta, content }
    }
    return { model: this.#model, meta: this.#meta(skimmed), content: this.#skim.view(skimmed), skimmed }
  }

  readonly #schemaOf = (id: number): string => {
    const schema = this.#schemas.get(id)
    if (typeof schema !== 'string') throw new Refused('record.unknown-schema', 'a schema id that the registry knows', id)
    return schema
  }
}

/** The entity of a record that could not be read: its key, where that is one. */
export function entityOf({ key }: KafkaRecord): string | null {
  try { return key === null ? null : checkedEntity(key.toString('utf8')) } catch { return null }
}

/** What every reader needs of a record, made once. */
function metaReader(skim: Skim): (it: Skimmed) => Delivery['meta'] {
  const field = (path: string) => {
    const { slot, value } = skim.fields.get(`meta.${path}`)!
    return ({ bytes, places, at }: Skimmed) => value(bytes, places[at + slot]!)
  }
  const effectKey = field('effectKey'), source = kept(skim, 'meta.source'), entity = field('entity'), version = field('version'), revision = field('revision'), occurredAt = field('occurredAt')
  const topic = kept(skim, 'meta.origin.topic'), partition = field('origin.partition'), offset = field('origin.offset')
  return (it) => ({
    effectKey: effectKey(it) as string, source: source(it), entity: entity(it) as string, version: version(it) as number, revision: revision(it) as number, occurredAt: occurredAt(it) as Micros,
    origin: { topic: topic(it), partition: partition(it) as number, offset: offset(it) as number },
  })
}

/** A text that is mostly the same as the last one: then it is that one, and not made again. */
function kept(skim: Skim, path: string): (it: Skimmed) => string {
  const { slot, value } = skim.fields.get(path)!
  let text = '', its = Buffer.alloc(0)
  return ({ bytes, places, at }) => {
    const place = places[at + slot]!
    let same = its.length > 0
    for (let i = 0; same && i < its.length; i++) same = bytes[place + i] === its[i]
    if (same) return text
    text = value(bytes, place) as string
    // Its length and its bytes, as they lie there.
    its = Buffer.from(bytes.subarray(place, place + (bytes[place]! < 0x80 ? 1 : 2) + Buffer.byteLength(text)))
    return text
  }
}
