import { Arena } from '../../canonical/arena.ts'
import { receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import { kafkaTime } from '../../canonical/micros.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { Place } from '../runtime/as-it-came.ts'
import type { Books } from '../runtime/books.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Names } from '../runtime/names.ts'
import type { Registry } from '../runtime/registry.ts'
import { receiptPartitions } from '../runtime/topics.ts'
import { rejectionOf, type Reason } from './rejection.ts'
import type { Letter } from './targets/target.ts'

export interface LetterSettings { readonly unit: string; readonly mapping: string; readonly names: Names; readonly registry: Pick<Registry, 'idOf'>; readonly instance: string }

/** What a route tells the hub of a chunk: the records that were refused, and the receipt. */
export class Letters {
  readonly #it: LetterSettings
  readonly #arena = new Arena()
  readonly #receipts = receiptCodec(this.#arena)
  readonly #rejections = rejectionCodec(this.#arena)
  #ids: { readonly receipt: number; readonly rejection: number } | null = null
  constructor(it: LetterSettings) { this.#it = it }

  /** Asks for the ids of the schemas: until the registry has answered the unit waits. */
  async ready(): Promise<void> {
    const { names, registry, unit } = this.#it
    this.#ids ??= {
      receipt: await registry.idOf(names.subject(names.receipts), schemaText('receipt.v1')),
      rejection: await registry.idOf(names.subject(names.rejected(unit)), schemaText('rejection.v1')),
    }
  }
  begin(): void { this.#arena.clear() }

  rejection(place: Place, record: KafkaRecord, reason: Reason, attempt: number): Letter {
    const { unit, mapping, names } = this.#it
    const value = this.#rejections.encode(this.#ids!.rejection, rejectionOf(unit, mapping, place, record, reason, attempt))
    const key = record.key ?? Buffer.from(`${place.topic}/${place.partition}/${record.offset}`)
    return { topic: names.rejected(unit), partition: place.partition, key: Buffer.from(key), value: Buffer.from(value) }
  }

  /** Invariant 11: an interval for every chunk. What is redriven counts nothing as read, and so is not new either. */
  receipt({ topic, topicId, partition, from, next, records }: Chunk, books: Books, again: boolean): Letter {
    const { unit, mapping, names, instance } = this.#it
    let oldest = Infinity, newest = -Infinity
    if (!again) for (const { timestamp } of records) { oldest = Math.min(oldest, timestamp); newest = Math.max(newest, timestamp) }
    const value = this.#receipts.encode(this.#ids!.receipt, {
      stage: 'DELIVER', unit, instance, topic, topicId, partition, from, next,
      revision: 0, mapping, at: kafkaTime(Date.now()), newest: time(newest), oldest: time(oldest), entries: books.entries(), answers: books.answers,
    })
    return { topic: names.receipts, partition: partition % receiptPartitions, key: Buffer.from(`${unit}/${topic}/${partition}`), value: Buffer.from(value) }
  }
}

const time = (at: number) => (Number.isFinite(at) ? kafkaTime(at) : null)
