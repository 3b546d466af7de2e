import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import { Arena } from '../canonical/arena.ts'
import { modelCards } from '../canonical/cards/index.generated.ts'
import type { Made } from '../canonical/compile.ts'
import type { Decimal } from '../canonical/decimal.ts'
import type { Micros } from '../canonical/micros.ts'
import type { Order } from '../canonical/models.generated.ts'
import { schemaOf, schemaText } from '../canonical/schemas.ts'
import { Output } from '../services/runtime/kafka/output.ts'
import { partitionOf } from '../services/runtime/kafka/partition.ts'
import { TransactionLease } from '../services/runtime/kafka/transaction.ts'
import { Registry } from '../services/runtime/registry.ts'
import { CanonicalWriter } from '../services/translator/canonical-writer.ts'
import { project } from '../deploy/local/project.ts'
import { sources } from '../services/translator/sources/index.generated.ts'
import type { TestHub } from './hub.ts'
import type { Route } from './route.ts'

/** Amounts that a float, or a decimal context of 28 digits, would change; and times on both sides of 1970. */
export const amounts = ['9223372036854775807', '-9223372036854775808.000000001', '0.1', '14.3999996', '0.000000001', '0', '-0.5', '12345678901234567890123456789.123456789']
export const times = [1_711_381_853_123_456, -1, 0, 9_007_199_254_740_989]
const partitions = modelCards['order.v1'].partitions

/** The order of a sample, with a total and a time of its own. */
const sample = (JSON.parse(readFileSync(join(project, 'services/translator/sources/shopify-orders/samples/a-guest-at-the-till.out.json'), 'utf8')) as { records: [{ value: Order }] }).records[0].value
export const orderWith = (total: string, placedAt: number): Order => ({ ...sample, placedAt: placedAt as Micros, totals: { ...sample.totals, total: total as Decimal } })
/** An entity whose key falls on this partition. */
const entityOn = (partition: number, name: string): string => {
  for (let n = 0; ; n++) if (partitionOf(Buffer.from(`by-hand:${name}-${n}`), partitions) === partition) return `by-hand:${name}-${n}`
}

/** Leaves its transaction open, as a killed process does; acquiring it again aborts it. */
class LeftOpen extends TransactionLease {
  protected override async endTransaction(): Promise<void> { throw new Error('left open') }
}

/** Writes into canonical.order.v1 by the translator's own means what a feed seldom has. */
export class ByHand {
  readonly topic: string
  /** `<origin> <entity>@<version>` of every record that was committed. */
  readonly committed: string[] = []
  readonly aborted: string[] = []
  /** The last record of each partition. */
  readonly ends = new Set<string>()
  readonly #route: Route
  readonly #registry: Registry
  readonly #subject: string
  readonly #writer: CanonicalWriter
  readonly #group: string
  #count = 0

  constructor(route: Route, hub: TestHub) {
    this.#route = route
    this.#registry = new Registry(hub.registryUrl)
    this.#writer = new CanonicalWriter(sources['shopify-orders'].card, 'order.v1', route.names, new Arena())
    this.topic = this.#writer.topic
    this.#subject = route.names.subject(this.topic)
    this.#group = `${hub.name}.by-hand`
  }

  /** Two aborted transactions on one partition, the later one aborted first: stock kafkajs lets a record of them through. */
  async abort(): Promise<void> {
    const leases: TransactionLease[] = []
    for (const name of ['earlier', 'later']) {
      const lease = new LeftOpen({ cluster: this.#route.kafka.forLease(), transactionalId: `${this.#group}.${name}`, groupId: this.#group })
      leases.push(lease)
      await lease.acquire()
      const output = new Output(), entity = entityOn(0, name)
      this.aborted.push(entity)
      await this.#add(output, { entity, value: orderWith('1', 0) })
      await lease.run({ batches: output.batches(), offsets: [] }).then(() => { throw new Error('was committed') }, () => {})
    }
    for (const lease of leases.toReversed()) await lease.acquire()
  }

  /** Amounts, times, a delete, and an order whose state only tomorrow's model has. */
  async commit(): Promise<void> {
    const output = new Output()
    for (const amount of amounts) await this.#add(output, { entity: `by-hand:amount ${amount}`, value: orderWith(amount, 0) })
    for (const time of times) await this.#add(output, { entity: `by-hand:time ${time}`, value: orderWith('1', time) })
    await this.#add(output, { entity: 'by-hand:deleted', value: null })
    await this.#add(output, { entity: 'by-hand:of-tomorrow', value: orderWith('1', 0) }, await this.#ofTomorrow())
    await this.#commit(output)
  }

  /** Closes the topic for its readers. */
  async end(): Promise<void> {
    const output = new Output()
    for (let partition = 0; partition < partitions; partition++) {
      const entity = entityOn(partition, 'end')
      this.ends.add(entity)
      await this.#add(output, { entity, value: orderWith('1', 0) })
    }
    await this.#commit(output)
  }

  async #commit(output: Output): Promise<void> {
    const lease = new TransactionLease({ cluster: this.#route.kafka.forLease(), transactionalId: `${this.#group}.committed`, groupId: this.#group })
    await lease.acquire()
    await lease.run({ batches: output.batches(), offsets: [] })
  }

  async #add(output: Output, { entity, value }: { entity: string; value: Order | null }, change: (bytes: Buffer) => Buffer = (bytes) => bytes): Promise<void> {
    const origin = { topic: 'by-hand', partition: 0, offset: this.#count++ }, version = 1_711_381_853_000_000 + origin.offset
    const made: Made = { model: 'order.v1', entity, version, occurredAt: version as Micros, mapping: 'by hand', value }
    const written = this.#writer.encode(made, await this.#registry.idOf(this.#subject, schemaText('order.v1')), origin, null)
    output.add(this.topic, this.#writer.partitionOf(written.key), written.key, written.value && change(written.value), written.headers)
    if (!this.aborted.includes(entity)) this.committed.push(`by-hand/0/${origin.offset} ${entity}@${version}`)
  }

  /** Tomorrow's order.v1 has one state and one field more, as FULL_TRANSITIVE allows. */
  async #ofTomorrow(): Promise<(bytes: Buffer) => Buffer> {
    const today = schemaOf('order.v1')
    const fields = today.fields.flatMap((field): object[] => field.name === 'status'
      ? [{ ...field, type: { ...(field.type as object), symbols: ['UNKNOWN', 'OPEN', 'COMPLETED', 'CANCELLED', 'FAILED', 'ON_HOLD'] } }]
      : field.name === 'note' ? [field, { name: 'giftMessage', type: ['null', 'string'], default: null, doc: 'Words on the card.', privacy: 'restricted' }] : [field])
    const tomorrow = { ...today, fields }
    const id = await this.#registry.register(this.#subject, JSON.stringify(tomorrow), 'FULL_TRANSITIVE')
    const [reads, writes] = [today, tomorrow].map((it) => avro.Type.forSchema(it as avro.Schema, { wrapUnions: 'never' })) as [avro.Type, avro.Type]
    return (bytes) => {
      const value = writes.toBuffer({ ...reads.fromBuffer(bytes.subarray(5)) as object, status: 'ON_HOLD', giftMessage: 'For Ann' })
      const framed = Buffer.alloc(5 + value.length)
      framed.writeInt32BE(id, 1)
      value.copy(framed, 5)
      return framed
    }
  }
}
