import type { Arena } from '../../canonical/arena.ts'
import type { SourceCard } from '../../canonical/card.ts'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import { modelCodec } from '../../canonical/codec.ts'
import type { Made } from '../../canonical/compile.ts'
import { versionIn } from '../../canonical/key.ts'
import { controlTotals, type ModelCard } from '../../canonical/model-card.ts'
import type { ModelName, Models } from '../../canonical/models.generated.ts'
import type { Origin, Totals } from '../runtime/books.ts'
import { cloudEvents } from '../runtime/cloud-event.ts'
import { partitionOf } from '../runtime/kafka/partition.ts'
import type { Names } from '../runtime/names.ts'

/** A canonical record, ready for its topic. The value lies in the arena until the chunk is done. */
export interface Written { writer: CanonicalWriter; key: Buffer; value: Buffer | null; headers: Buffer; keyHash: bigint; totals: Totals }

/** Makes the records of one model from one source: value, key, headers, control totals. */
export class CanonicalWriter {
  readonly model: ModelName
  readonly topic: string
  readonly #partitions: number
  readonly #totals: (content: Models[ModelName]) => Totals
  readonly #source: string
  readonly #epoch: number
  readonly #codec
  readonly #headers

  constructor(card: SourceCard, model: ModelName, names: Names, arena: Arena) {
    this.model = model
    this.topic = names.canonical(model)
    this.#partitions = modelCards[model].partitions
    this.#totals = controlTotals(modelCards[model] as ModelCard)
    this.#source = card.name
    this.#epoch = card.epoch
    this.#codec = modelCodec(model, arena)
    this.#headers = cloudEvents(card.name, model)
  }

  /** Invariant 4: the partition follows from the entity alone; the count is the model card's, never read from metadata. */
  partitionOf(key: Buffer): number { return partitionOf(key, this.#partitions) }

  encode(made: Made, schemaId: number, origin: Origin, traceparent: string | null, revision = 0): Written {
    const { entity, occurredAt } = made
    const version = versionIn(this.#epoch, made.version)
    const key = Buffer.from(entity)
    if (made.value === null) {
      const { effectKey, keyHash } = this.#codec.encodeDelete({ entity, version, revision })
      const headers = this.#headers({ id: effectKey, time: occurredAt, traceparent, deleted: { version, revision, origin } })
      return { writer: this, key, value: null, headers, keyHash, totals: {} }
    }
    const content = made.value as Models[ModelName]
    const { effectKey, keyHash, bytes } = this.#codec.encode(schemaId, content, { source: this.#source, entity, version, revision, occurredAt, origin, mapping: made.mapping })
    return { writer: this, key, value: bytes, headers: this.#headers({ id: effectKey, time: occurredAt, traceparent }), keyHash, totals: this.#totals(content) }
  }
}
