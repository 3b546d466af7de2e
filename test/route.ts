import { createTopics, registerSchemas, wantedTopics } from '../deploy/local/provision.ts'
import { type FeedOptions, type FeedRecord, makeFeed } from '../deploy/local/feed/feed.ts'
import type { Manifest } from '../deploy/local/feed/manifest.ts'
import { sendFeed } from '../deploy/local/feed/send.ts'
import { Admin } from '../services/runtime/kafka/admin.ts'
import { kafkaConnection, type KafkaConnection } from '../services/runtime/kafka/connection.ts'
import { partitionOf } from '../services/runtime/kafka/partition.ts'
import { Producer } from '../services/runtime/kafka/producer.ts'
import { names, type Names } from '../services/runtime/names.ts'
import { sourceNames, sources } from '../services/translator/sources/index.generated.ts'
import type { TestHub } from './hub.ts'

/** A hub with its topics and schemas, and what was sent into it. */
export class Route implements AsyncDisposable {
  readonly names: Names
  readonly kafka: KafkaConnection
  readonly admin: Admin
  /** What was sent, in the order of its source partition: `<topic>/<partition>` to records. */
  readonly sent = new Map<string, FeedRecord[]>()
  manifest: Manifest | undefined
  readonly #hub: TestHub
  #feed: ReturnType<typeof makeFeed> | undefined

  private constructor(hub: TestHub) {
    this.#hub = hub
    this.names = names(hub.name)
    this.kafka = kafkaConnection({ ...hub.kafka, brokers: [...hub.kafka.brokers] })
    this.admin = new Admin(this.kafka)
  }

  static async provision(hub: TestHub): Promise<Route> {
    const route = new Route(hub), wanted = wantedTopics(hub.name)
    await createTopics({ ...hub.kafka, brokers: [...hub.kafka.brokers] }, wanted)
    await registerSchemas(hub.registryUrl, hub.name, wanted)
    return route
  }

  /** Sends `count` records, or until `signal` ends it. Called again it goes on where it was, with the options of the first time. */
  async feed(count: number, options: FeedOptions & { rate?: number; signal?: AbortSignal }): Promise<Manifest> {
    const feed = this.#feed ??= makeFeed(options)
    await sendFeed({ feed, producer: this.producer(), topic: this.names.topic, count, rate: options.rate ?? 0, ...(options.signal ? { signal: options.signal } : {}), each: (record) => this.#remember(record) })
    return (this.manifest = feed.manifest())
  }

  /** The consumer groups of all sources. */
  get groups(): string[] { return sourceNames.map((name) => this.names.translatorGroup(name)) }
  producer(): Producer { return new Producer(this.kafka) }

  #remember(record: FeedRecord): void {
    const place = `${this.names.topic(record.topic)}/${partitionOf(record.key, sources[record.source].card.partitions)}`
    const list = this.sent.get(place)
    if (list) list.push(record)
    else this.sent.set(place, [record])
  }

  /** Waits until every source partition that was fed is translated to its end. */
  async translated(withinMs = 120_000): Promise<void> {
    await eventually(withinMs, async () => {
      const behind: string[] = []
      for (const { card } of Object.values(sources)) {
        const topic = this.names.topic(card.topic), positions = await this.admin.groupOffsets(this.names.translatorGroup(card.name))
        for (const [place, records] of this.sent) {
          const [at, partition] = [place.slice(0, place.lastIndexOf('/')), Number(place.slice(place.lastIndexOf('/') + 1))]
          const position = positions.find((it) => it.topic === topic && it.partition === partition)?.offset ?? -1
          if (at === topic && position < records.length) behind.push(`${place} at ${position} of ${records.length}`)
        }
      }
      if (behind.length > 0) throw new Error(`not translated: ${behind.join(', ')}`)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kafka.close()
    await this.#hub.dispose()
  }
}

/** Tries until it does not throw; the last reason when the time is over. */
export async function eventually<T>(withinMs: number, attempt: () => Promise<T> | T): Promise<T> {
  for (const until = Date.now() + withinMs; ;) {
    try { return await attempt() } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => { setTimeout(resolve, 100) })
    }
  }
}
