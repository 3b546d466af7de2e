import type { KafkaSettings } from './connection.ts'
import { codes, ConnectionLost, KafkaError, check } from './errors.ts'
import { Link, type Place, type Request } from './link.ts'
import { type Metadata, metadataRequest, readMetadata, type Topic } from './metadata.ts'
import { type Reader, Writer } from './wire.ts'

export type CoordinatorKind = 'group' | 'transaction'
/** A broker answers one connection in order, so what waits for long (Fetch, JoinGroup) has a connection of its own. */
export type Lane = 'short' | 'long'

/** Connections to the brokers of one cluster, and what is known of topics, leaders and coordinators. */
export class Cluster {
  private readonly settings: KafkaSettings
  private readonly requestMs: number
  private readonly links = new Map<string, Promise<Link>>()
  private readonly coordinators = new Map<string, number>()
  private readonly wanted = new Set<string>()
  private metadata: Metadata = { controller: -1, brokers: new Map(), topics: new Map(), unusable: new Map() }
  private refreshing: Promise<void> | null = null
  private askedFor = 0
  private seed = 0
  private closed = false

  constructor(settings: KafkaSettings, options: { requestMs: number }) {
    this.settings = settings
    this.requestMs = options.requestMs
  }

  topic(name: string): Topic | undefined { return this.metadata.topics.get(name) }
  leader(topic: string, partition: number): number { return this.topic(topic)?.leaders[partition] ?? -1 }
  get controller() { return this.metadata.controller }

  /** Asks for topics that are not known yet. Those that do not exist are left out. */
  async know(topics: Iterable<string>): Promise<void> {
    const before = this.wanted.size
    for (const topic of topics) this.wanted.add(topic)
    if (this.wanted.size === before && [...topics].every((topic) => this.topic(topic) !== undefined)) return
    // A question that is already on its way does not ask for these topics.
    await this.refreshing?.catch(() => {})
    await this.refresh()
  }

  /** The topic, or an error that says whether it is missing or forbidden. */
  async mustKnow(name: string): Promise<Topic> {
    const known = this.topic(name)
    if (known !== undefined) return known
    await this.know([name])
    const topic = this.topic(name)
    if (topic === undefined) throw new KafkaError(this.metadata.unusable.get(name) ?? codes.UNKNOWN_TOPIC_OR_PARTITION, 'Metadata', `topic ${name}`)
    return topic
  }

  async refresh(): Promise<void> {
    // An answer that is under way says nothing of topics that were added after it was asked for.
    if (this.refreshing !== null && this.wanted.size > this.askedFor) return this.refreshing.then(() => this.refresh())
    this.askedFor = this.wanted.size
    this.refreshing ??= this.ask([...this.wanted]).then((metadata) => { this.metadata = metadata }).finally(() => { this.refreshing = null })
    return this.refreshing
  }

  /** Metadata without remembering the topics: `null` lists all. */
  async ask(topics: readonly string[] | null): Promise<Metadata> { return readMetadata(await this.send('any', metadataRequest(topics))) }

  async send(to: number | 'any', request: Request, lane: Lane = 'short'): Promise<Reader> {
    const link = await (to === 'any' ? this.anyLink() : this.link(to, lane))
    return link.send(request)
  }

  /** One attempt, cached. kafkajs's own backs off to 30 s, which turned a fail-over of 9 s into 19 s. */
  async coordinator(kind: CoordinatorKind, name: string): Promise<number> {
    const key = `${kind} ${name}`
    const cached = this.coordinators.get(key)
    if (cached !== undefined) return cached
    const body = new Writer().string(name).int8(kind === 'group' ? 0 : 1).done()
    const answer = await this.send('any', { api: 'FindCoordinator', key: 10, version: 2, flexible: false, body: [body] })
    answer.int32()
    check(answer.int16(), 'FindCoordinator', name)
    answer.string()
    const node = answer.int32()
    if (!this.metadata.brokers.has(node)) await this.refresh()
    this.coordinators.set(key, node)
    return node
  }
  forgetCoordinator(kind: CoordinatorKind, name: string): void { this.coordinators.delete(`${kind} ${name}`) }

  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.links.values()].map((link) => link.then((it) => it.close(), () => {})))
    this.links.clear()
  }

  private async link(node: number, lane: Lane): Promise<Link> {
    let place = this.metadata.brokers.get(node)
    if (place === undefined) {
      await this.refresh()
      place = this.metadata.brokers.get(node)
    }
    if (place === undefined) throw new KafkaError(codes.LEADER_NOT_AVAILABLE, 'connecting', `broker ${node} is not known`)
    return this.open(`${place.host}:${place.port} ${lane}`, place)
  }

  private async anyLink(): Promise<Link> {
    for (const [name, opening] of this.links) {
      const link = name.endsWith(' short') ? await opening.catch(() => null) : null
      if (link?.usable) return link
    }
    const places = [...this.metadata.brokers.values(), ...this.settings.brokers.map(placeOf)]
    let failure: unknown
    for (let tries = 0; tries < places.length; tries++) {
      const place = places[this.seed++ % places.length]
      if (place === undefined) break
      try {
        return await this.open(`${place.host}:${place.port} short`, place)
      } catch (error) {
        failure = error
        if (error instanceof KafkaError) throw error
      }
    }
    throw failure ?? new ConnectionLost('connecting', new Error('no brokers are given'))
  }

  private async open(name: string, place: Place): Promise<Link> {
    if (this.closed) throw new ConnectionLost('connecting', new Error('the connection was closed'))
    const opening = this.links.get(name)
    const old = await opening?.catch(() => null)
    if (old?.usable) return old
    const current = this.links.get(name)
    if (current !== undefined && current !== opening) return current
    // What waits for an answer on a link whose SASL session ends may still get it.
    if (old) setTimeout(() => old.close(), this.requestMs).unref()
    const link = Link.open(this.settings, place, this.requestMs)
    this.links.set(name, link)
    return link
  }
}

function placeOf(broker: string): Place {
  const colon = broker.lastIndexOf(':')
  return { host: broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(broker.slice(colon + 1)) }
}
