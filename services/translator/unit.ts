import { Arena } from '../../canonical/arena.ts'
import type { SourceCard } from '../../canonical/card.ts'
import { receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import { kafkaTime } from '../../canonical/micros.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { Refused } from '../../canonical/refused.ts'
import type { Translation } from '../../canonical/source.ts'
import { Books, type Origin } from '../runtime/books.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { Output } from '../runtime/kafka/output.ts'
import { fitsAlone } from '../runtime/kafka/record-batch.ts'
import type { Names } from '../runtime/names.ts'
import type { Registry } from '../runtime/registry.ts'
import { canonicalBytes, receiptPartitions } from '../runtime/topics.ts'
import { CanonicalWriter, type Written } from './canonical-writer.ts'
import { problemsOf, rejectionOf } from './rejection.ts'
import { FieldCounts } from './field-counts.ts'

export interface UnitParts {
  readonly card: SourceCard
  readonly source: Translation
  readonly names: Names
  readonly registry: Pick<Registry, 'idOf'>
  readonly instance: string
}
interface Ids { readonly models: ReadonlyMap<ModelName, number>; readonly receipt: number; readonly rejection: number }
/** A chunk as translated: what one transaction writes, and the books of it. */
export interface Translated { readonly output: Output; readonly books: Books; readonly newest: number | null }

/** One source at work: a chunk of its topic in, everything that one transaction writes out. */
export class Unit {
  readonly card: SourceCard
  /** Says which tables were in force: changes with any of them. */
  readonly mapping: string
  readonly unknownFields = new FieldCounts()
  readonly #parts: UnitParts
  readonly #arena = new Arena()
  readonly #writers: ReadonlyMap<ModelName, CanonicalWriter>
  readonly #receipts = receiptCodec(this.#arena)
  readonly #rejections = rejectionCodec(this.#arena)

  constructor(parts: UnitParts) {
    const { card, source, names } = parts
    this.card = card
    this.mapping = source.fingerprint
    this.#parts = parts
    this.#writers = new Map(source.models.map((model) => [model, new CanonicalWriter(card, model, names, this.#arena)]))
  }

  get name(): string { return this.card.name }

  /** Invariant 1: what becomes of each record, the receipt and (by the lease) the position are one transaction. */
  async translate(chunk: Chunk): Promise<Translated> {
    const ids = await this.#ids()
    const output = new Output(), books = new Books()
    this.#arena.clear()
    this.#now = Date.now()
    let newest: number | null = null
    for (const record of chunk.records) {
      this.#record(chunk, record, ids, output, books)
      newest = Math.max(newest ?? 0, record.timestamp)
    }
    this.#receipt(chunk, ids.receipt, output, books, newest)
    return { output, books, newest }
  }

  #record(chunk: Chunk, record: KafkaRecord, ids: Ids, output: Output, books: Books): void {
    const origin = { topic: chunk.topic, partition: chunk.partition, offset: record.offset }
    const traceparent = traceOf(record)
    books.count(origin, null, 'read', null)
    try {
      const { source } = this.#parts
      const payload = source.read(record.value)
      const outcome = source.translate(payload)
      this.unknownFields.count(source.unknownFields(payload))
      if ('filtered' in outcome) return books.count(origin, null, 'filtered', outcome.filtered)
      // Invariant 6: all of them are encoded before the first is written.
      const written = outcome.records.map((made) => this.#writers.get(made.model)!.encode(made, ids.models.get(made.model)!, origin, traceparent))
      // A topic that refuses one batch would hold up everything behind it.
      for (const { key, value, headers } of written) if (!fitsAlone(key, value, headers, canonicalBytes)) throw new Refused('record.too-large', `at most ${canonicalBytes} bytes`, value)
      for (const it of written) this.#write(it, record, origin, output, books)
      for (const name of outcome.skipped ?? []) books.count(origin, null, 'skipped', name)
      books.count(origin, null, 'mapped', null)
    } catch (error) {
      const problems = problemsOf(error)
      if (problems === null) throw error
      this.#reject(chunk, record, origin, rejectionOf(this.name, this.mapping, chunk, record, problems, traceparent), ids.rejection, output, books)
    }
  }

  #write({ writer, key, value, headers, keyHash, totals }: Written, record: KafkaRecord, origin: Origin, output: Output, books: Books): void {
    output.add(writer.topic, writer.partitionOf(key), key, value, headers, this.#timeOf(record))
    books.count(origin, writer.model, 'emitted', null, keyHash, totals)
  }

  #reject(chunk: Chunk, record: KafkaRecord, origin: Origin, rejection: ReturnType<typeof rejectionOf>, schemaId: number, output: Output, books: Books): void {
    output.add(this.#parts.names.rejected(this.name), chunk.partition, record.key, this.#rejections.encode(schemaId, rejection), undefined, this.#timeOf(record))
    books.count(origin, null, 'rejected', rejection.code)
  }

  /** Invariant 11: an interval for every chunk, also for one without records. */
  #receipt(chunk: Chunk, schemaId: number, output: Output, books: Books, newest: number | null): void {
    const { topic, topicId, partition, from, next } = chunk
    const receipt = this.#receipts.encode(schemaId, {
      stage: 'TRANSLATE', unit: this.name, instance: this.#parts.instance, topic, topicId, partition, from, next, revision: 0, mapping: this.mapping,
      at: kafkaTime(Date.now()), newest: newest === null ? null : kafkaTime(newest), entries: books.entries(),
    })
    output.add(this.#parts.names.receipts, partition % receiptPartitions, Buffer.from(`${this.name}/${topic}/${partition}`), receipt)
  }

  /** Asked once, then known; until the registry has answered the unit waits. */
  async #ids(): Promise<Ids> {
    const { names, registry } = this.#parts
    const idOf = (topic: string, schema: string) => registry.idOf(names.subject(topic), schemaText(schema))
    this.#known ??= {
      models: new Map(await Promise.all([...this.#writers].map(async ([model, writer]) => [model, await idOf(writer.topic, model)] as const))),
      receipt: await idOf(names.receipts, 'receipt.v1'),
      rejection: await idOf(names.rejected(this.name), 'rejection.v1'),
    }
    return this.#known
  }
  #known: Ids | undefined

  /** Brokers refuse times of the future, and a source's producer may have set any. */
  #timeOf(record: KafkaRecord): number { return Math.min(record.timestamp, this.#now) }
  #now = 0
}

/** The trace that the record came with goes on with what it becomes. */
function traceOf(record: KafkaRecord): string | null {
  const found = record.headers.find(({ name }) => name === 'traceparent')?.value?.toString()
  return found !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(found) ? found : null
}
