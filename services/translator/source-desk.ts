import { type ModelCodec, modelCodec, receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import type { Answer, ModelName, Receipt, Rejection } from '../../canonical/models.generated.ts'
import { Refused } from '../../canonical/refused.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { Translation } from '../../canonical/source.ts'
import type { Header, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { genesisKey, LeaseState } from '../runtime/kafka/lease-state.ts'
import { RecordSet } from '../runtime/kafka/record-set.ts'
import { names } from '../runtime/names.ts'
import { asRedriven, type Redriven } from '../runtime/redrive.ts'
import type { SourceUnit } from './sources/source-unit.ts'
import { Unit } from './unit.ts'

const rejections = rejectionCodec(), receipts = receiptCodec()
const hub = names(''), topicId = 'AAAA', partition = 3
export interface Sent { readonly value: Buffer | null; readonly key?: Buffer | null; readonly timestamp?: number; readonly headers?: readonly Header[] }

/** One partition of a source, without Kafka: what was sent lies here, is translated chunk by chunk under one lease, and can be sent again. */
export class Desk {
  readonly unit: Unit
  readonly sent: KafkaRecord[] = []
  readonly rejections: Rejection[] = []
  readonly receipts: Receipt[] = []
  /** `<entity>@<version>` of each canonical record, in the order of its writing. */
  readonly written: string[] = []
  /** Payloads that the mapping does not know yet. */
  refuses: (payload: unknown) => boolean = () => false
  readonly #topic: string
  readonly #redrive: KafkaRecord[] = []
  #redriven = 0
  #state = new LeaseState()
  readonly #lost = new Set<number>()
  /** As where a record is looked for that ends the process. */
  alone = false
  /** How often parked records were read again. */
  reread = 0

  constructor({ card, source }: SourceUnit) {
    const picky: Translation = { ...source, translate: (payload, lookup) => { if (this.refuses(payload)) throw new Refused('value.not-one-of', 'a payload that is known', payload); return source.translate(payload, lookup) } }
    this.#topic = hub.topic(card.topic)
    this.unit = new Unit({
      card, source: picky, names: hub, registry: { idOf: async () => 1 }, instance: 'test', approvedAt: () => Infinity,
      reread: async (_, offsets) => { this.reread++; return new Map(offsets.flatMap((it) => (this.#lost.has(it) ? [] : [[it, this.sent[it]!]]))) },
    })
    for (const topic of [this.#topic, hub.redriveSource(card.name)]) this.#state.apply(new Map([[genesisKey(topic), { topicId, first: 0 }]]))
  }

  /** The next records of the topic, as one chunk. */
  async send(...records: readonly Sent[]): Promise<void> {
    const from = this.sent.length
    this.sent.push(...records.map((it, at): KafkaRecord => ({ offset: from + at, timestamp: 1_700_000_000_000, key: null, headers: [], ...it })))
    await this.#translate(this.#topic, from, this.sent.slice(from))
  }

  /** Asks for these offsets again, all in one chunk; the unit's own words to itself wait. */
  async ask(offsets: readonly number[], ask: Redriven['ask'] = 'redrive'): Promise<void> {
    const from = this.#redrive.length
    for (const offset of offsets) {
      const { value, key, headers, timestamp } = this.sent[offset]!, rejection = `${this.#topic}/${partition}/${offset}/TRANSLATE`, attempt = this.rejections.findLast(({ id }) => id === rejection)?.attempt ?? 1
      this.#redrive.push({ offset: this.#redrive.length, timestamp, key, value, headers: asRedriven({ rejection, topic: this.#topic, topicId, partition, offset, attempt, ask }, headers) })
    }
    await this.#again(this.#redrive.slice(from))
  }
  /** Reads what the unit has written to itself, until there is no more of it. */
  async letGo(): Promise<void> { while (this.#redriven < this.#redrive.length) await this.#again(this.#redrive.slice(this.#redriven, this.#redriven + 1)) }
  get posted(): number { return this.#redrive.length - this.#redriven }
  /** Anything in the redrive topic, whoever wrote it. */
  async word(key: string, headers: readonly Header[]): Promise<void> {
    this.#redrive.push({ offset: this.#redrive.length, timestamp: 0, key: Buffer.from(key), value: Buffer.alloc(0), headers })
    await this.letGo()
  }

  /** Another owner: it knows what the lease's state says, as JSON, in any order. */
  succeeded(): void {
    const entries = this.#state.entriesUnder('').toReversed()
    this.#state = new LeaseState()
    this.#state.apply(new Map(entries.map(([key, value]) => [key, JSON.parse(JSON.stringify(value))])))
  }
  lose(offset: number): void { this.#lost.add(offset) }
  get open(): number { return this.#state.countUnder('open/') }

  /** Source records by what became of them, what was taken back left out. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { model, outcome, count } of this.receipts.flatMap(({ entries }) => entries)) if (model === null) counts[outcome] = (counts[outcome] ?? 0) + count
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
  }
  get answers(): Answer[] { return this.receipts.flatMap(({ answers }) => answers) }

  #codecOf(model: ModelName): ModelCodec<ModelName> {
    let codec = this.#codecs.get(model)
    if (codec === undefined) this.#codecs.set(model, codec = modelCodec(model))
    return codec
  }
  readonly #codecs = new Map<ModelName, ModelCodec<ModelName>>()

  async #again(records: readonly KafkaRecord[]): Promise<void> {
    this.#redriven = records.at(-1)!.offset + 1
    await this.#translate(hub.redriveSource(this.unit.name), records[0]!.offset, records)
  }

  async #translate(topic: string, from: number, records: readonly KafkaRecord[]): Promise<void> {
    const { output } = await this.unit.translate({ unit: this.unit.name, topic, topicId, partition, from, next: from + records.length, records }, { state: this.#state, killed: false, alone: this.alone })
    const into = Map.groupBy(output.batches(), (it) => it.topic)
    const written = (of: string) => (into.get(of) ?? []).flatMap(({ writer }) => {
      const found: KafkaRecord[] = []
      new RecordSet(writer.seal(), 0, []).take(found, { maxRecords: Infinity, maxBytes: Infinity })
      return found
    })
    this.rejections.push(...written(hub.rejected(this.unit.name)).map(({ value }) => rejections.decode(value!, () => schemaText('rejection.v1'))))
    this.receipts.push(...written(hub.receipts).map(({ value }) => receipts.decode(value!, () => schemaText('receipt.v1'))))
    for (const model of this.unit.models) this.written.push(...written(hub.canonical(model)).map(({ value }) => textOf(model, this.#codecOf(model), value!)))
    this.#redrive.push(...written(hub.redriveSource(this.unit.name)).map((it, at) => ({ ...read(it), offset: this.#redrive.length + at })))
    this.#state.apply(output.stateChanges)
    output.release()
  }
}

const read = ({ offset, timestamp, key, value, headers }: KafkaRecord): KafkaRecord => ({ offset, timestamp, key, value, headers })
function textOf(model: ModelName, codec: ModelCodec<ModelName>, value: Buffer): string {
  const { entity, version } = codec.decodeMeta(value, () => schemaText(model))
  return `${entity}@${version}`
}
