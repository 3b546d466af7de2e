import { Arena } from '../../../canonical/arena.ts'
import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { modelCodec } from '../../../canonical/codec.ts'
import { hash64, versionIn } from '../../../canonical/key.ts'
import type { ModelName, Models } from '../../../canonical/models.generated.ts'
import type { Outcome } from '../../../canonical/source.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import { schemaText } from '../../../canonical/schemas.ts'
import { partitionOf } from '../../runtime/kafka/partition.ts'
import type { SourceUnit } from '../../translator/sources/source-unit.ts'

/** A canonical record that a source record gives by the mapping of today. */
export interface Wanted {
  readonly model: ModelName; readonly entity: string; readonly version: number
  /** Fingerprint of the mapping that gives it. */
  readonly mapping: string
  readonly effectKey: string
  /** Hash of everything it says, `meta` included: equal marks are equal records. */
  readonly mark: bigint
  /** `order.v1/2`: the partition that its entity belongs to. */
  readonly lane: string
}
/** What one source record comes to today. `refused`: the mapping or a rule does not take it. */
export interface Expected { readonly outcome: 'mapped' | 'filtered' | 'refused'; readonly wanted: readonly Wanted[] }

export const laneOf = (model: ModelName, partition: number): string => `${model}/${partition}`
/** What the headers of a delete say, as text. */
export interface DeleteSays { readonly effectKey: string; readonly version: string; readonly revision: string; readonly origin: string }
/** A delete has no bytes: what its headers say stands for them. */
export const deleteMark = ({ effectKey, version, revision, origin }: DeleteSays): bigint => hash64(`${effectKey} ${version} ${revision} ${origin}`)
/** What a record says begins behind its frame: five bytes with the id of its schema. */
export const valueMark = (value: Buffer): bigint => hash64(value.subarray(5))

/** Says what the records of one source have to become, by the pure mapping and the codec alone: nothing here is shared with the program that wrote them. */
export class Expectation {
  readonly unit: SourceUnit
  readonly #topic: string
  readonly #arena = new Arena()
  readonly #codecs: ReadonlyMap<ModelName, ReturnType<typeof modelCodec>>

  constructor(unit: SourceUnit, topic: string) {
    this.unit = unit
    this.#topic = topic
    this.#codecs = new Map(unit.source.models.map((model) => [model, modelCodec(model, this.#arena)]))
  }

  /** Rules that look into a table are passed over: whom they refused then, the books know. */
  of(value: Buffer | null, partition: number, offset: number, revision = 0): Expected {
    const outcome = this.#translated(value)
    if (outcome === null) return { outcome: 'refused', wanted: [] }
    if ('filtered' in outcome) return { outcome: 'filtered', wanted: [] }
    this.#arena.clear()
    try { return { outcome: 'mapped', wanted: outcome.records.map((made) => this.#wanted(made, partition, offset, revision)) } } catch (error) { return refusedBy(error) }
  }

  /** What the record says, field by field, for one whose bytes differ: as it reads in the topic, where 5.90 is 5.9. Null: a delete, or nothing. */
  contentOf(value: Buffer | null, { model, entity }: Pick<Wanted, 'model' | 'entity'>): object | null {
    const outcome = this.#translated(value)
    const made = outcome === null || 'filtered' in outcome ? undefined : outcome.records.find((it) => it.model === model && it.entity === entity), codec = this.#codecs.get(model)!
    if (made === undefined || made.value === null) return null
    this.#arena.clear()
    const { bytes } = codec.encode(0, made.value as Models[ModelName], { ...made, source: '', revision: 0, origin: { topic: '', partition: 0, offset: 0 } })
    return codec.decode(Buffer.from(bytes), () => schemaText(model))
  }

  #translated(value: Buffer | null): Outcome | null {
    try { return this.unit.source.translateBytes(value) } catch (error) { refusedBy(error); return null }
  }

  #wanted(made: Extract<Outcome, { records: unknown }>['records'][number], partition: number, offset: number, revision: number): Wanted {
    const { model, entity, mapping, occurredAt } = made, { card } = this.unit
    const codec = this.#codecs.get(model)!, version = versionIn(card.epoch, made.version), lane = laneOf(model, partitionOf(Buffer.from(entity), modelCards[model].partitions))
    if (made.value === null) {
      const { effectKey } = codec.encodeDelete({ entity, version, revision })
      return { model, entity, version, mapping, effectKey, lane, mark: deleteMark({ effectKey, version: `${version}`, revision: `${revision}`, origin: `${this.#topic}/${partition}/${offset}` }) }
    }
    const origin = { topic: this.#topic, partition, offset }
    const { effectKey, bytes } = codec.encode(0, made.value as Models[ModelName], { source: card.name, entity, version, revision, occurredAt, origin, mapping })
    return { model, entity, version, mapping, effectKey, lane, mark: valueMark(bytes) }
  }
}

function refusedBy(error: unknown): Expected {
  if (error instanceof Rejected || error instanceof Refused) return { outcome: 'refused', wanted: [] }
  throw error
}
