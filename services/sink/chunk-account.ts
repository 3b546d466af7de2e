import { hash64 } from '../../canonical/key.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { Books, type Totals } from '../runtime/books.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { openAs, waits } from '../runtime/waits.ts'
import { entityOf, type Read } from './delivery-reader.ts'
import type { Letters } from './letters.ts'
import { rejectionId } from './rejection.ts'
import type { Account, Counted, Delivery, Input, Letter, OpenRejection, Verdict } from './targets/target.ts'

/** A record of a chunk and what was read of it. `was`: the open rejection that it is sent again for. `behind`: it is not its turn. */
export interface Reading { readonly record: KafkaRecord; readonly read: Read; readonly was: OpenRejection | null; readonly behind: boolean }
export interface AccountSettings {
  readonly unit: string
  readonly model: ModelName
  readonly letters: Letters
  readonly totals: (content: object | null) => Totals
  readonly of: Input
}

/** What became of each record of one chunk: the books, and what the target writes of it with the effect. */
export class ChunkAccount implements Account {
  readonly books = new Books()
  readonly of: Input
  readonly letters: Letter[] = []
  readonly #opened = new Map<number, OpenRejection>()
  readonly #closed = new Set<number>()
  readonly #it: AccountSettings
  /** How many more rejections are open after the chunk than before it. */
  more = 0
  constructor(it: AccountSettings) {
    this.#it = it
    this.of = it.of
  }
  get opened(): readonly OpenRejection[] { return [...this.#opened.values()] }
  get closed(): readonly number[] { return [...this.#closed] }
  has(row: OpenRejection): boolean { return this.#closed.has(row.offset) || this.#opened.has(row.offset) }

  /** Invariant 2: each record read counts once as read and once under what became of it; one that comes again moves from what became of it before. */
  became({ record, read, was }: Reading, verdict: Verdict): void {
    if (was !== null && verdict.outcome === 'parked') return this.answer(was, 'parked', verdict.reason)
    const { model, letters, of } = this.#it, counted = this.#counted(record, read), { origin, hash, totals } = counted
    const attempt = was === null ? 1 : was.attempt + 1, reason = verdict.outcome === 'rejected' ? verdict.code : verdict.reason
    if (was !== null) this.#takeBack(was)
    if (was === null || !samePlace(was.counted, counted)) {
      if (was !== null) this.books.uncount(was.counted.origin, model, 'read', null, was.counted.hash, was.counted.totals)
      this.books.count(origin, model, 'read', null, hash, totals)
    }
    if (was === null && 'delivery' in read) for (const rule of read.warned ?? []) this.books.count(origin, model, 'warned', rule)
    this.books.count(origin, model, verdict.outcome, reason, hash, totals)
    if (verdict.outcome === 'rejected' || verdict.outcome === 'parked') {
      const { entity, version, revision } = 'delivery' in read ? read.delivery.meta : { entity: entityOf(record), version: null, revision: null }
      const why = verdict.outcome === 'rejected' ? verdict : waits
      this.letters.push(letters.rejection(of, record, { ...why, entity, version }, attempt))
      this.#opened.set(record.offset, { offset: record.offset, attempt, code: why.code, entity, version, revision, counted })
      this.#closed.delete(record.offset)
      this.more++
    }
    if (was !== null) this.answer(was, verdict.outcome, reason)
  }

  /** Open no more, without being sent again. */
  close(was: OpenRejection, outcome: 'discarded' | 'superseded', reason: string | null): void {
    this.#takeBack(was)
    this.books.count(was.counted.origin, this.#it.model, outcome, reason, was.counted.hash, was.counted.totals)
    this.answer(was, outcome, reason)
  }

  answer({ offset, attempt }: Pick<OpenRejection, 'offset' | 'attempt'>, outcome: string, reason: string | null): void {
    this.books.answers.push({ rejection: rejectionId(this.of, offset, this.#it.unit), attempt, outcome, reason })
  }

  post(letter: Letter): void { this.letters.push(letter) }
  receipt(chunk: Chunk, again: boolean): void { this.letters.push(this.#it.letters.receipt(chunk, this.books, again)) }

  #takeBack({ offset, code, counted: { origin, hash, totals } }: OpenRejection): void {
    this.books.uncount(origin, this.#it.model, openAs(code), code, hash, totals)
    this.#closed.add(offset)
    this.more--
  }

  #counted(record: KafkaRecord, read: Read): Counted {
    if ('delivery' in read) return countedOf(read.delivery, this.#it.totals)
    // Nobody knows what such a record was made of: it is counted where it was read.
    const { topic, partition } = this.of, key = record.headers.find(({ name }) => name === 'ce_id')?.value
    return { origin: { topic, partition, offset: record.offset }, hash: hash64(key ?? `${topic}/${partition}/${record.offset}`), totals: {} }
  }
}

const countedOf = ({ meta: { origin, effectKey }, content }: Delivery, totals: (content: object | null) => Totals): Counted => ({ origin, hash: hash64(effectKey), totals: totals(content) })
const samePlace = (a: Counted, b: Counted) => a.hash === b.hash && a.origin.topic === b.origin.topic && a.origin.partition === b.origin.partition && a.origin.offset === b.origin.offset
