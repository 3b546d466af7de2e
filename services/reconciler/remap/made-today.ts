import type { SourceCard } from '../../../canonical/card.ts'
import { modelCodec, type ModelCodec } from '../../../canonical/codec.ts'
import { Arena } from '../../../canonical/arena.ts'
import { versionIn } from '../../../canonical/key.ts'
import type { ModelName, Models } from '../../../canonical/models.generated.ts'
import { Refused } from '../../../canonical/refused.ts'
import { Rejected } from '../../../canonical/rejected.ts'
import { schemaText } from '../../../canonical/schemas.ts'
import type { Translation } from '../../../canonical/source.ts'
import { stateKey } from '../../runtime/republish.ts'

/** One canonical record that today's mapping makes: which state, and the hash of its content. */
export interface State { readonly key: string; readonly model: ModelName; readonly entity: string; readonly version: number; readonly hash: string }
export type Today = { readonly states: readonly State[] } | 'now-filtered' | 'now-refused'

/** The last part of an effect key: the hash of the content. */
export const hashIn = (effectKey: string): string => effectKey.slice(effectKey.lastIndexOf('#') + 1)

/** What the mapping of this program makes of source records; as the translator would, but for rules that ask a table. */
export class MadeToday {
  readonly #source: Translation
  readonly #card: SourceCard
  readonly #arena = new Arena()
  readonly #codecs = new Map<ModelName, ModelCodec<ModelName>>()
  constructor(source: Translation, card: SourceCard) {
    this.#source = source
    this.#card = card
  }

  get models(): readonly ModelName[] { return this.#source.models }
  get mapping(): string { return this.#source.fingerprint }

  states(value: Buffer | null): Today {
    const made = this.#made(value)
    return typeof made === 'string' ? made : { states: made.map(({ bytes: _bytes, ...state }) => state) }
  }

  /** The contents, by state, as a reader of the topic would see them. */
  contents(value: Buffer | null): ReadonlyMap<string, object | null> {
    const made = this.#made(value)
    return new Map(typeof made === 'string' ? [] : made.map(({ key, model, bytes }) => [key, bytes === null ? null : this.#codec(model).decode(bytes, () => schemaText(model))]))
  }

  #made(value: Buffer | null): (State & { readonly bytes: Buffer | null })[] | 'now-filtered' | 'now-refused' {
    this.#arena.clear()
    try {
      const outcome = this.#source.translateBytes(value)
      if ('filtered' in outcome) return 'now-filtered'
      return outcome.records.map(({ model, entity, version: own, occurredAt, mapping, value: content }) => {
        const version = versionIn(this.#card.epoch, own), identity = { entity, version, revision: 0 }, codec = this.#codec(model)
        const { effectKey, bytes } = content === null ? codec.encodeDelete(identity)
          : codec.encode(0, content as Models[ModelName], { ...identity, source: this.#card.name, occurredAt, origin: nowhere, mapping })
        return { key: stateKey({ model, entity, version }), model, entity, version, hash: hashIn(effectKey), bytes }
      })
    } catch (error) {
      if (error instanceof Rejected || error instanceof Refused) return 'now-refused'
      throw error
    }
  }

  #codec(model: ModelName): ModelCodec<ModelName> {
    const codec = this.#codecs.get(model) ?? modelCodec(model, this.#arena)
    this.#codecs.set(model, codec)
    return codec
  }
}

const nowhere = { topic: '', partition: 0, offset: 0 }
