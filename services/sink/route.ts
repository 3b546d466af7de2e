import { Arena } from '../../canonical/arena.ts'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import { receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import { hash64 } from '../../canonical/key.ts'
import { kafkaTime } from '../../canonical/micros.ts'
import { controlTotals, type ModelCard } from '../../canonical/model-card.ts'
import type { ModelName, Models } from '../../canonical/models.generated.ts'
import { ruleCheck } from '../../canonical/rule-check.ts'
import type { RuleSet } from '../../canonical/rules.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { Books, type Totals } from '../runtime/books.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Names } from '../runtime/names.ts'
import type { Registry } from '../runtime/registry.ts'
import { receiptPartitions } from '../runtime/topics.ts'
import { DeliveryReader, type Read } from './delivery-reader.ts'
import { rejectionOf, type Reason } from './rejection.ts'
import { ruled } from './ruled.ts'
import type { Delivery, Hold, Letter, Target, Verdict } from './targets/target.ts'

export interface RouteSettings {
  readonly model: ModelName
  readonly unit: string
  readonly target: Target
  readonly mapping: string
  readonly rules?: readonly RuleSet[]
  readonly names: Names
  readonly registry: Registry
  readonly instance: string
}

/** One model on its way into the target: reads a chunk, has it applied, and accounts for every record of it in the same transaction. */
export class Route {
  readonly topic: string
  readonly model: ModelName
  readonly #it: RouteSettings
  readonly #reader: DeliveryReader
  readonly #ruled: (read: Read[]) => Read[]
  readonly #totals: (content: object | null) => Totals
  readonly #arena = new Arena()
  readonly #receipts = receiptCodec(this.#arena)
  readonly #rejections = rejectionCodec(this.#arena)

  constructor(it: RouteSettings) {
    this.#it = it
    this.model = it.model
    this.topic = it.names.canonical(it.model)
    this.#reader = new DeliveryReader(it.model, it.registry, it.target.readsBytes)
    const totals = controlTotals(modelCards[it.model] as ModelCard)
    this.#ruled = ruled(ruleCheck(it.model, it.rules ?? []))
    this.#totals = (content) => totals(content as Models[ModelName] | null)
  }

  async deliver(chunk: Chunk, hold: Hold): Promise<Books> {
    const { target, registry, names } = this.#it
    const receiptId = await registry.idOf(names.subject(names.receipts), schemaText('receipt.v1'))
    const rejectionId = await registry.idOf(names.subject(names.rejected(this.#it.unit)), schemaText('rejection.v1'))
    const read = this.#ruled(await this.#reader.read(chunk.records))
    const deliveries: Delivery[] = []
    for (const it of read) if ('delivery' in it && it.refused === undefined) deliveries.push(it.delivery)
    let books = new Books()
    await target.apply(hold, { from: chunk.from, next: chunk.next }, deliveries, (verdicts) => {
      this.#arena.clear()
      books = new Books()
      return [...this.#account(chunk, read, verdicts, books, rejectionId), this.#receipt(chunk, books, receiptId)]
    })
    return books
  }

  /** Invariant 2: each record read counts once as read and once under what became of it. */
  #account(chunk: Chunk, read: readonly Read[], verdicts: readonly Verdict[], books: Books, schemaId: number): Letter[] {
    const rejected: Letter[] = []
    let place = 0
    for (let at = 0; at < read.length; at++) {
      const it = read[at]!, record = chunk.records[at]!
      if ('problems' in it) {
        const first = it.problems[0]!
        rejected.push(this.#rejection(chunk, record, { code: first.code, says: `expected ${first.expected}, got ${first.got}`, problems: it.problems, entity: null, version: null }, schemaId))
        this.#countUnreadable(chunk, record, first.code, books)
        continue
      }
      const verdict = it.refused ?? verdicts[place++]!, { meta, content } = it.delivery, hash = hash64(meta.effectKey), totals = this.#totals(content)
      books.count(meta.origin, this.model, 'read', null, hash, totals)
      books.count(meta.origin, this.model, verdict.outcome, verdict.outcome === 'rejected' ? verdict.code : verdict.reason, hash, totals)
      for (const rule of it.warned ?? []) books.count(meta.origin, this.model, 'warned', rule)
      if (verdict.outcome === 'rejected') rejected.push(this.#rejection(chunk, record, { ...verdict, entity: meta.entity, version: meta.version }, schemaId))
    }
    return rejected
  }

  /** Nobody knows what such a record was made of: it is counted where it was read. */
  #countUnreadable(chunk: Chunk, record: KafkaRecord, code: string, books: Books): void {
    const origin = { topic: chunk.topic, partition: chunk.partition, offset: record.offset }
    const key = record.headers.find(({ name }) => name === 'ce_id')?.value
    const hash = hash64(key ?? `${chunk.topic}/${chunk.partition}/${record.offset}`)
    books.count(origin, this.model, 'read', null, hash)
    books.count(origin, this.model, 'rejected', code, hash)
  }

  #rejection(chunk: Chunk, record: KafkaRecord, reason: Reason, schemaId: number): Letter {
    const value = this.#rejections.encode(schemaId, rejectionOf(this.#it.unit, this.#it.mapping, chunk, record, reason, 1))
    const key = record.key ?? Buffer.from(`${chunk.topic}/${chunk.partition}/${record.offset}`)
    return { topic: this.#it.names.rejected(this.#it.unit), partition: chunk.partition, key: Buffer.from(key), value: Buffer.from(value) }
  }

  #receipt(chunk: Chunk, books: Books, schemaId: number): Letter {
    const newest = chunk.records.reduce<number | null>((latest, { timestamp }) => Math.max(latest ?? timestamp, timestamp), null)
    const value = this.#receipts.encode(schemaId, {
      stage: 'DELIVER', unit: this.#it.unit, instance: this.#it.instance, topic: chunk.topic, topicId: chunk.topicId, partition: chunk.partition, from: chunk.from, next: chunk.next,
      revision: 0, mapping: this.#it.mapping, at: kafkaTime(Date.now()), newest: newest === null ? null : kafkaTime(newest), entries: books.entries(), answers: books.answers,
    })
    return { topic: this.#it.names.receipts, partition: chunk.partition % receiptPartitions, key: Buffer.from(`${this.#it.unit}/${chunk.topic}/${chunk.partition}`), value: Buffer.from(value) }
  }
}
