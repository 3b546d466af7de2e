import { modelCodec, receiptCodec, rejectionCodec } from '../../canonical/codec.ts'
import type { Answer, ModelName, Receipt, Rejection } from '../../canonical/models.generated.ts'
import type { RuleSet } from '../../canonical/rules.ts'
import { schemaText } from '../../canonical/schemas.ts'
import type { Header, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { names } from '../runtime/names.ts'
import { asRedriven } from '../runtime/redrive.ts'
import { Flood } from './flood.ts'
import { rejectionId } from './rejection.ts'
import { Route, type Held, type RouteSettings } from './route.ts'
import type { Delivery, Hold, StoredLetter, Target } from './targets/target.ts'
import { mostOpen } from '../runtime/redrive.ts'
import { Waiting } from './waiting.ts'

const hub = names(''), unit = 'sample-target', schemaId = 7, partition = 3

/** A canonical record as it lies on its topic. */
export function asRecord({ model, meta, content }: Delivery, offset: number, id = schemaId): KafkaRecord {
  const { entity, version, revision, origin, source, occurredAt } = meta, codec = modelCodec(model), key = Buffer.from(entity), timestamp = 1_700_000_000_000 + offset
  if (content !== null) return { offset, timestamp, key, value: Buffer.from(codec.encode(id, content as never, { source, entity, version, revision, occurredAt, origin, mapping: 'test' }).bytes), headers: [] }
  const headers = { ce_id: codec.encodeDelete({ entity, version, revision }).effectKey, ce_source: '/tributary/sample', ce_time: '2026-03-01T12:00:00.000001Z', hub_version: `${version}`, hub_revision: `${revision}`, hub_origin: `${origin.topic}/${origin.partition}/${origin.offset}` }
  return { offset, timestamp, key, value: null, headers: Object.entries(headers).map(([name, value]) => ({ name, value: Buffer.from(value) })) }
}

/** What holds floods of refusals back, as in a sink whose card says nothing of it. */
export const sampleFlood = (model: ModelName = 'order.v1') => new Flood({ card: { name: unit, owner: 'nobody', onCall: 'nobody', rejects: 0.05, resumes: 'by-itself' }, model, approvedAt: () => -Infinity })

export interface DeskOrder { readonly offset: number; readonly attempt: number; readonly ask?: 'redrive' | 'discard' }

/** One partition of a route into a target, without Kafka: what was delivered lies here and can be sent again. */
export class Desk {
  readonly #target: Target
  readonly #model: ModelName
  readonly #route: Route
  readonly #topic: KafkaRecord[]
  #main!: Held
  #redrive!: Held
  #again = 0
  #lost = -1
  /** Whether the registry knows the schema of the records. */
  registered = true
  private constructor(target: Target, model: ModelName, topic: KafkaRecord[], flood: RouteSettings['flood'], rules: readonly RuleSet[]) {
    this.#target = target
    this.#model = model
    this.#topic = topic
    this.#route = new Route({ model, unit, target, mapping: 'test', rules, names: hub, registry: { idOf: async () => schemaId, schemaOf: async () => (this.registered ? schemaText(model) : null) }, instance: 'test', flood })
  }

  static async open(target: Target, model: ModelName = 'order.v1', { most = mostOpen, topic = [], flood = sampleFlood(model), rules = [] }: { most?: number; topic?: KafkaRecord[]; flood?: RouteSettings['flood']; rules?: readonly RuleSet[] } = {}): Promise<Desk> {
    const desk = new Desk(target, model, topic, flood, rules)
    const take = async (of: string) => await target.take({ topic: of, topicId: `id of ${of}`, partition }, 0)
    const { hold } = await take(desk.#route.topic), redrive = await take(desk.#route.redriveTopic)
    const waiting = await Waiting.load(hold, target.openRejections, most)
    const reread = async (offsets: readonly number[]) => new Map(topic.filter(({ offset }) => offset !== desk.#lost && offsets.includes(offset)).map((it) => [it.offset, it]))
    desk.#main = { hold, waiting, reread }
    desk.#redrive = { hold: redrive.hold, waiting, reread }
    desk.#again = redrive.position
    return desk
  }
  /** Another owner of the same partition. */
  successor(target: Target): Promise<Desk> { return Desk.open(target, this.#model, { topic: this.#topic }) }

  /** The next records of the topic, as one chunk. */
  async deliver(deliveries: readonly (Delivery | Buffer)[], key = 'sample:unreadable'): Promise<void> {
    const from = this.#topic.length
    const records = deliveries.map((it, at): KafkaRecord => (Buffer.isBuffer(it) ? { offset: from + at, timestamp: 0, key: Buffer.from(key), value: it, headers: [] } : asRecord(it, from + at)))
    await this.#route.deliver({ ...this.#chunk(this.#main.hold), from, next: from + records.length, records }, this.#main)
    this.#topic.push(...records)
  }

  async redrive(orders: readonly DeskOrder[]): Promise<void> {
    await this.sendAgain(orders.map(({ offset, attempt, ask = 'redrive' }) => {
      const place = { topic: this.#route.topic, topicId: `id of ${this.#route.topic}`, partition }, original = this.#topic[offset]!
      return { ...original, headers: asRedriven({ rejection: rejectionId(place, offset, unit), ...place, offset, attempt, ask }, original.headers) }
    }))
  }
  /** These records in the redrive topic, whatever they say. */
  async sendAgain(records: readonly Omit<KafkaRecord, 'offset'>[]): Promise<void> {
    const from = this.#again
    await this.#route.deliver({ ...this.#chunk(this.#redrive.hold), from, next: from + records.length, records: records.map((it, at) => ({ ...it, offset: from + at })) }, this.#redrive)
    this.#again += records.length
  }
  /** What the sink has posted to itself is read by it, until there is no more of it. Answers how often. */
  async letGo(): Promise<number> {
    for (let times = 0; ; times++) {
      const posted = (await this.#letters()).filter(({ topic }) => topic === this.#route.redriveTopic)
      if (posted.length === 0) return times
      await this.sendAgain(posted.map(({ key, value, headers = {} }) => ({ timestamp: 0, key, value, headers: Object.entries(headers).map(([name, text]): Header => ({ name, value: Buffer.from(text) })) })))
      await this.#target.sent(posted)
    }
  }

  /** The topic no longer holds the record; the answer has it hold it again. */
  lose(offset: number): () => void {
    this.#lost = offset
    return () => { this.#lost = -1 }
  }

  async receipts(): Promise<Receipt[]> {
    const codec = receiptCodec()
    return (await this.#letters()).filter(({ topic }) => topic === hub.receipts).map(({ value }) => codec.decode(value, () => schemaText('receipt.v1')))
  }
  async answers(): Promise<Answer[]> { return (await this.receipts()).flatMap(({ answers }) => answers) }
  async rejections(): Promise<Rejection[]> {
    const codec = rejectionCodec()
    return (await this.#letters()).filter(({ topic }) => topic === hub.rejected(unit)).map(({ value }) => codec.decode(value, () => schemaText('rejection.v1')))
  }

  #letters(): Promise<readonly StoredLetter[]> { return this.#target.letters([this.#main.hold, this.#redrive.hold], 100_000) }
  #chunk({ topic, topicId }: Hold) { return { unit, topic, topicId, partition } }
}

/** Records by outcome, over all blocks, each block in balance; what was counted and taken back is left out. */
export function tally(receipts: readonly Receipt[]): Record<string, number> {
  const counts: Record<string, number> = {}, blocks = new Map<string, number>(), hashes = new Map<string, bigint>()
  for (const { originTopic, originPartition, block, outcome, count, hashSum } of receipts.flatMap(({ entries }) => entries)) {
    if (outcome === 'warned') continue
    const place = `${originTopic}/${originPartition}/${block}`, sign = outcome === 'read' ? 1 : -1
    counts[outcome] = (counts[outcome] ?? 0) + count
    blocks.set(place, (blocks.get(place) ?? 0) + sign * count)
    hashes.set(place, BigInt.asUintN(64, (hashes.get(place) ?? 0n) + BigInt(sign) * hashSum.readBigUInt64BE()))
  }
  for (const [place, left] of blocks) if (left !== 0 || hashes.get(place) !== 0n) throw new Error(`${place} is out of balance by ${left}`)
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}
