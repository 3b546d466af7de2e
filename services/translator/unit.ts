import { Arena } from '../../canonical/arena.ts'
import type { SourceCard } from '../../canonical/card.ts'
import { modelCards } from '../../canonical/cards/index.generated.ts'
import { receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import { versionIn } from '../../canonical/key.ts'
import { kafkaTime } from '../../canonical/micros.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { tablesOf } from '../../canonical/rules.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { Refused } from '../../canonical/refused.ts'
import type { State, Translation } from '../../canonical/source.ts'
import type { Place } from '../runtime/as-it-came.ts'
import { Books, type Origin } from '../runtime/books.ts'
import { events } from '../runtime/events.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import { Output } from '../runtime/kafka/output.ts'
import type { InLease } from '../runtime/kafka/translator-lease.ts'
import { fitsAlone } from '../runtime/kafka/record-batch.ts'
import type { Names } from '../runtime/names.ts'
import { asItLay, type Redriven, redrivenOf } from '../runtime/redrive.ts'
import { republishOrder } from '../runtime/republish.ts'
import type { Registry } from '../runtime/registry.ts'
import { canonicalBytes, receiptPartitions } from '../runtime/topics.ts'
import { openAs, waits } from '../runtime/waits.ts'
import { Breaker, type Open } from './breaker.ts'
import { CanonicalWriter, type Written } from './canonical-writer.ts'
import { FieldCounts } from './field-counts.ts'
import { type Standing, standingOf } from './lines.ts'
import { offsetOf, OpenRejections } from './open-rejections.ts'
import type { Table } from './table.ts'
import { Tables } from './tables.ts'
import { asReason, problemsOf, rejectionId, rejectionOf, type Why } from './rejection.ts'
import { atOnce, Releases, type Reread } from './releases.ts'
import { passes } from './republish-mark.ts'
import { type Again, republished } from './republished.ts'
import { traceOf } from './trace-of.ts'

export interface UnitParts {
  readonly card: SourceCard
  readonly source: Translation
  readonly names: Names
  readonly registry: Pick<Registry, 'idOf'>
  readonly instance: string
  /** When a person last let it go on, in milliseconds. */
  readonly approvedAt: () => number
  /** What the rules of the source look keys up in. */
  readonly tables?: readonly Table[]
  /** How parked records are read again. */
  readonly reread: Reread
}
/** What a chunk becomes, in the making. */
interface InHand { readonly ids: Ids; readonly output: Output; readonly books: Books; readonly open: OpenRejections; readonly killed: boolean }
/** A record that is kept: why, for which time, and what it would have been, as far as that can be read. */
interface Kept { readonly why: Why; readonly attempt: number; readonly states: readonly State[] | null; readonly standing: Standing | null }
interface Ids { readonly models: ReadonlyMap<ModelName, number>; readonly receipt: number; readonly rejection: number }
/** A chunk as translated: what one transaction writes, and the books of it. */
export interface Translated { readonly output: Output; readonly books: Books; readonly newest: number | null; /** The flood that this chunk showed. */ readonly flood: Open | null }

/** One source at work: a chunk of its topic in, everything that one transaction writes out. */
export class Unit {
  readonly card: SourceCard
  /** Says which tables were in force: changes with any of them. */
  readonly mapping: string
  readonly unknownFields = new FieldCounts()
  readonly #parts: UnitParts
  readonly #tables: Tables
  readonly #arena = new Arena()
  readonly #writers: ReadonlyMap<ModelName, CanonicalWriter>
  /** Models of which every record counts, in order. */
  readonly #strict: ReadonlySet<ModelName>
  readonly #receipts = receiptCodec(this.#arena)
  readonly #rejections = rejectionCodec(this.#arena)

  constructor(parts: UnitParts) {
    const { card, source, names } = parts
    this.card = card
    this.mapping = source.fingerprint
    this.#parts = parts
    this.#tables = new Tables(tablesOf(source.ruled), parts.tables ?? [])
    this.#strict = new Set(source.models.filter((model) => modelCards[model].kind === 'strict'))
    this.#writers = new Map(source.models.map((model) => [model, new CanonicalWriter(card, model, names, this.#arena)]))
  }

  get name(): string { return this.card.name }
  get models(): readonly ModelName[] { return this.#parts.source.models }

  /** Invariant 1: what becomes of each record, the receipt and (by the lease) the position are one transaction. */
  async translate(chunk: Chunk, lease: InLease): Promise<Translated> {
    const { state, killed, alone } = lease
    const ids = await this.#ids()
    await this.#tables.check()
    const redriveTopic = this.#parts.names.redriveSource(this.name), redriven = chunk.topic === redriveTopic, of = redriven ? this.#placeOf(chunk, state) : chunk
    const output = new Output(), books = new Books(), hand: InHand = { ids, output, books, killed, open: new OpenRejections(state, output, of) }
    const releases = redriven ? await Releases.of(chunk, hand.open, of, this.#parts.reread, alone ? 1 : atOnce) : null
    this.#arena.clear()
    this.#now = Date.now()
    let oldest: number | null = null, newest: number | null = null
    const breaker = this.#breakerOf(state), refusals: number[] = []
    for (const record of chunk.records) {
      if (releases) {
        const line = releases.lineOf(record)
        if (line === undefined) this.#again(record, chunk, lease, hand)
        else if (line === null) events.redriveRefused(this.name)
        else for (const it of releases.drain(line, this.name)) this.#anew(of, it, rejectionId(of, it.offset), 'redrive', hand)
      } else {
        books.count({ topic: chunk.topic, partition: chunk.partition, offset: record.offset }, null, 'read', null)
        const { outcome } = this.#record(chunk, record, 1, hand)
        if (breaker.counts(record.timestamp)) refusals.push(outcome === 'rejected' ? 1 : 0)
        newest = Math.max(newest ?? 0, record.timestamp)
        oldest = Math.min(oldest ?? record.timestamp, record.timestamp)
      }
    }
    const flood = redriven ? null : breaker.judge(refusals, state, output)
    releases?.post(output, redriveTopic)
    this.#receipt(chunk, ids.receipt, output, books, { oldest, newest })
    return { output, books, newest, flood }
  }

  /** Where the records lay that come again. */
  #placeOf({ partition }: Chunk, state: LeaseState): Place {
    const topic = this.#parts.names.topic(this.card.topic), genesis = state.genesis(topic)
    if (genesis === null) throw new Error(`the state of ${topic}/${partition} does not say where it began`)
    return { ...genesis, topic, partition }
  }

  /** One for each lease: who acquires anew counts anew. */
  #breakerOf(state: LeaseState): Breaker {
    let breaker = this.#breakers.get(state)
    if (breaker === undefined) this.#breakers.set(state, breaker = new Breaker({ limit: this.card.rejects, resumes: this.card.resumes, approvedAt: this.#parts.approvedAt }))
    return breaker
  }
  readonly #breakers = new WeakMap<LeaseState, Breaker>()

  /** Where the record first lay is its origin, also when it comes again. Answers what became of it. */
  #record(place: Place, record: KafkaRecord, attempt: number, hand: InHand): { outcome: string; reason: string | null } {
    const origin = { topic: place.topic, partition: place.partition, offset: record.offset }, { books } = hand
    const became = (outcome: string, reason: string | null) => { books.count(origin, null, outcome, reason); return { outcome, reason } }
    let payload: unknown
    try {
      if (hand.killed) throw new Refused('stage.killed_process', 'a record that the program survives', record.value)
      const { source } = this.#parts
      payload = source.read(record.value)
      this.#tables.about(record.timestamp)
      const outcome = source.translate(payload, this.#tables)
      this.unknownFields.count(source.unknownFields(payload))
      if ('filtered' in outcome) return became('filtered', outcome.filtered)
      // Invariant 4: what comes after a refused record of its entity waits behind it. Invariant 6: all of what it would give.
      if (!hand.open.nobodyWaits) {
        const standing = this.#standingOf(outcome.records, record, payload)
        if (hand.open.holds(origin.offset, standing)) return became('parked', this.#keep(place, record, { why: waits, attempt, states: this.#asWritten(outcome.records), standing }, hand))
      }
      this.#writeAll(outcome.records.map((made) => ({ made, revision: 0 })), record, origin, hand)
      for (const name of outcome.skipped ?? []) books.count(origin, null, 'skipped', name)
      for (const { model, rule } of outcome.warned ?? []) books.count(origin, model, 'warned', rule)
      for (const made of outcome.records) this.#passed(made, origin, hand)
      return became('mapped', null)
    } catch (error) {
      const problems = problemsOf(error)
      if (problems === null) throw error
      const states = this.#statesOf(payload), standing = this.#standingOf(states, record, payload), parked = states !== null && hand.open.holds(origin.offset, standing)
      return became(parked ? 'parked' : 'rejected', this.#keep(place, record, { why: parked ? waits : asReason(problems), attempt, states, standing }, hand))
    }
  }

  /** Keeps the record as it came, open until somebody deals with it; answers why. */
  #keep(place: Place, record: KafkaRecord, { why, attempt, states, standing }: Kept, { ids, output, open }: InHand): string {
    const rejection = rejectionOf(this.name, this.mapping, place, record, why, traceOf(record), attempt, states?.find(({ model }) => this.#strict.has(model)) ?? states?.[0] ?? null)
    output.add(this.#parts.names.rejected(this.name), place.partition, record.key, this.#rejections.encode(ids.rejection, rejection), undefined, this.#timeOf(record))
    const closes = states !== null && states.length > 0 && states.every(({ model }) => !this.#strict.has(model))
    open.open(rejection.id, { attempt, code: why.code, ...(closes ? { states: states.map(({ model, entity, version }) => [model, entity, version] as const) } : {}), ...(standing === null ? {} : { standing }) })
    return why.code
  }

  #standingOf(states: readonly State[] | null, { key }: KafkaRecord, payload: unknown): Standing | null {
    return this.#strict.size === 0 ? null : standingOf(this.#strict, states, payload === undefined ? null : this.#parts.source.modelsOf(payload), key)
  }

  /** The states that a refused payload would have been, as they would have been written. */
  #statesOf(payload: unknown): readonly State[] | null {
    const states = payload === undefined ? null : this.#parts.source.statesOf(payload)
    try { return states && this.#asWritten(states) } catch { return null }
  }
  #asWritten(states: readonly State[]): readonly State[] { return states.map(({ model, entity, version }) => ({ model, entity, version: versionIn(this.card.epoch, version) })) }

  /** A refused state that a newer one has passed is of use to nobody: it closes itself. */
  #passed({ model, entity, version }: State, { topic, partition, offset }: Origin, { open, books }: InHand): void {
    for (const { rejection, it } of open.passed(model, entity, versionIn(this.card.epoch, version), offset)) {
      const origin = { topic, partition, offset: offsetOf(rejection) }
      books.uncount(origin, null, 'rejected', it.code)
      books.count(origin, null, 'superseded', null)
      books.answers.push({ rejection, attempt: it.attempt, outcome: 'superseded', reason: 'newer-version' })
    }
  }

  /** What somebody has sent again: a rejection, or a record that went through and is to be published again. */
  #again(record: KafkaRecord, { partition }: Chunk, lease: InLease, hand: InHand): void {
    const it = republishOrder.of(record), { names, source } = this.#parts
    if (it === null) return this.#redriven(record, hand)
    // Each partition has a mark of its own: in another one the record would be new.
    if (it.topic !== names.topic(this.card.topic) || it.partition !== partition) return events.redriveRefused(this.name)
    const { id, topic, offset } = it, lay = republishOrder.asItLay(record, offset), write = (again: readonly Again[]) => { this.#writeAll(again, lay, { topic, partition, offset }, hand) }
    const { outcome, reason } = passes(lease.state, hand.output, it) ? republished(lay, it, lease, { source, epoch: this.card.epoch, mapping: this.mapping, tables: this.#tables, write }) : { outcome: 'already', reason: null }
    hand.books.answers.push({ rejection: id, attempt: 0, outcome, reason })
  }

  /** The ordinary way once more, for a record whose rejection is open: its new outcome takes the place of the old one in the block of its origin. */
  #redriven(record: KafkaRecord, hand: InHand): void {
    const it = redrivenOf(record), { books, open } = hand
    if (it === null || it.rejection !== rejectionId(it, it.offset) || it.topic !== this.#parts.names.topic(this.card.topic)) return events.redriveRefused(this.name)
    const { rejection, attempt } = it, found = open.get(rejection)
    if (found?.attempt !== attempt) return void books.answers.push({ rejection, attempt, outcome: 'already', reason: null })
    // Invariant 4: it is let go with the one that it waits for.
    if (it.ask === 'redrive' && open.holds(it.offset, found.standing)) return void books.answers.push({ rejection, attempt, outcome: 'parked', reason: waits.code })
    this.#anew(it, asItLay(record, it), rejection, it.ask, hand)
  }

  #anew(place: Place, record: KafkaRecord, rejection: string, ask: Redriven['ask'], hand: InHand): void {
    const { books, open } = hand, { code, attempt } = open.get(rejection)!, origin = { topic: place.topic, partition: place.partition, offset: record.offset }
    books.uncount(origin, null, openAs(code), code)
    open.close(rejection)
    if (ask === 'discard') books.count(origin, null, 'discarded', null)
    const { outcome, reason } = ask === 'discard' ? { outcome: 'discarded', reason: null } : this.#record(place, record, attempt + 1, hand)
    books.answers.push({ rejection, attempt, outcome, reason })
  }

  /** Invariant 6: all of them are encoded before the first is written. */
  #writeAll(records: readonly Again[], record: KafkaRecord, origin: Origin, { ids, output, books }: InHand): void {
    const traceparent = traceOf(record)
    const written = records.map(({ made, revision }) => this.#writers.get(made.model)!.encode(made, ids.models.get(made.model)!, origin, traceparent, revision))
    // A topic that refuses one batch would hold up everything behind it.
    for (const { key, value, headers } of written) if (!fitsAlone(key, value, headers, canonicalBytes)) throw new Refused('record.too-large', `at most ${canonicalBytes} bytes`, value)
    for (const it of written) this.#write(it, record, origin, output, books)
  }

  #write({ writer, key, value, headers, keyHash, totals }: Written, record: KafkaRecord, origin: Origin, output: Output, books: Books): void {
    output.add(writer.topic, writer.partitionOf(key), key, value, headers, this.#timeOf(record))
    books.count(origin, writer.model, 'emitted', null, keyHash, totals)
  }

  /** Invariant 11: an interval for every chunk, also for one without records. */
  #receipt(chunk: Chunk, schemaId: number, output: Output, books: Books, { oldest, newest }: { oldest: number | null; newest: number | null }): void {
    const { topic, topicId, partition, from, next } = chunk
    const receipt = this.#receipts.encode(schemaId, {
      stage: 'TRANSLATE', unit: this.name, instance: this.#parts.instance, topic, topicId, partition, from, next, revision: 0, mapping: this.mapping,
      at: kafkaTime(Date.now()), newest: newest === null ? null : kafkaTime(newest), oldest: oldest === null ? null : kafkaTime(oldest), entries: books.entries(), answers: books.answers,
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
