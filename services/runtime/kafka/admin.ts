import { setTimeout as sleep } from 'node:timers/promises'
import { Environment } from '../failure.ts'
import type { Cluster } from './cluster.ts'
import type { KafkaConnection } from './connection.ts'
import { check, codes, ConnectionLost, isCode, KafkaError } from './errors.ts'
import type { Request } from './link.ts'
import { committedOffsets, type OffsetOf, offsetOf } from './offsets.ts'
import { named, type Reader, Writer } from './wire.ts'

export interface WantedTopic {
  readonly topic: string
  readonly partitions: number
  readonly config?: Readonly<Record<string, string>>
  /** Left out: the brokers' default. */
  readonly replicationFactor?: number
  /** Where it is there already: a source's owner may have given it more partitions, and what follows the source gets them later. Left out: exactly these. */
  readonly counts?: 'at least' | 'any'
}
const patienceMs = 30_000

/** Topics and offsets, for deployment, status and tests. */
export class Admin {
  private readonly cluster: Cluster
  constructor(kafka: KafkaConnection) { this.cluster = kafka.control }

  /** Creates what is missing, and waits until it can be used. A topic with another partition count is named, never changed. */
  async ensureTopics(wanted: readonly WantedTopic[]): Promise<void> {
    const before = await this.cluster.ask(wanted.map((it) => it.topic))
    const wrong = wanted.filter((it) => {
      const count = before.topics.get(it.topic)?.leaders.length ?? it.partitions
      return it.counts === 'any' ? false : it.counts === 'at least' ? count < it.partitions : count !== it.partitions
    })
    if (wrong.length > 0) {
      const list = wrong.map((it) => `${it.topic} has ${before.topics.get(it.topic)?.leaders.length} partitions, wanted are ${it.partitions}`)
      throw new Environment('kafka.partition_count', list.join('; '))
    }
    const missing = wanted.filter((it) => !before.topics.has(it.topic))
    if (missing.length === 0) return
    const body = new Writer(1024)
    body.compactList(missing, (it) => body.compactString(it.topic).int32(it.partitions).int16(it.replicationFactor ?? -1).compactList([], () => {})
      .compactList(Object.entries(it.config ?? {}), ([name, value]) => body.compactString(name).compactString(value).tags()).tags())
    await this.onController({ api: 'CreateTopics', key: 19, version: 5, flexible: true, body: [body.int32(patienceMs).int8(0).tags().done()], timeout: patienceMs }, (answer) => {
      answer.compactList(() => {
        const topic = named(answer.compactString())
        const code = answer.int16()
        const detail = answer.compactString()
        answer.int32()
        answer.int16()
        answer.compactList(() => { answer.compactString(); answer.compactString(); answer.int8(); answer.int8(); answer.int8(); answer.tags() })
        answer.tags()
        if (code !== codes.TOPIC_ALREADY_EXISTS) check(code, 'CreateTopics', `${topic} ${detail}`)
      })
    })
    await this.until(missing.map((it) => it.topic), (topic) => topic.every((it) => it))
    // Two programs may have created it at once.
    await this.ensureTopics(wanted)
  }

  /** More partitions for a topic; one that has as many or more stays as it is, whoever was faster. */
  async raisePartitions(topic: string, count: number): Promise<void> {
    const has = async () => (await this.cluster.ask([topic])).topics.get(topic)?.leaders.length ?? 0
    if (await has() >= count) return
    const body = new Writer()
    body.compactList([topic], () => body.compactString(topic).int32(count).compactList(null, () => {}).tags()).int32(patienceMs).int8(0).tags()
    await this.onController({ api: 'CreatePartitions', key: 37, version: 2, flexible: true, body: [body.done()], timeout: patienceMs }, (answer) => {
      answer.compactList(() => {
        const name = named(answer.compactString()), code = answer.int16(), detail = answer.compactString()
        answer.tags()
        if (code !== codes.INVALID_PARTITIONS) check(code, 'CreatePartitions', `${name} ${detail}`)
      })
    })
    await this.until([topic], (there) => there.every((it) => it), count)
  }

  async deleteTopics(topics: readonly string[]): Promise<void> {
    const body = new Writer(512)
    body.compactList(topics, (topic) => body.compactString(topic)).int32(patienceMs).tags()
    await this.onController({ api: 'DeleteTopics', key: 20, version: 4, flexible: true, body: [body.done()], timeout: patienceMs }, (answer) => {
      answer.compactList(() => {
        const topic = named(answer.compactString())
        const code = answer.int16()
        answer.tags()
        if (code !== codes.UNKNOWN_TOPIC_OR_PARTITION) check(code, 'DeleteTopics', topic)
      })
    })
    await this.until(topics, (there) => there.every((it) => !it))
  }

  /** Deletes the records before an offset, as retention would: for tests. */
  async deleteRecords(topic: string, partition: number, before: number): Promise<void> {
    await this.cluster.mustKnow(topic)
    const body = new Writer()
    body.list([topic], () => body.string(topic).list([partition], () => body.int32(partition).int64(before))).int32(patienceMs)
    const answer = await this.cluster.send(this.cluster.leader(topic, partition), { api: 'DeleteRecords', key: 21, version: 0, flexible: false, body: [body.done()], timeout: patienceMs })
    answer.int32()
    answer.list(() => {
      answer.string()
      answer.list(() => { answer.int32(); answer.int64(); check(answer.int16(), 'DeleteRecords', `${topic}/${partition}`) })
    })
  }

  async listTopics(): Promise<{ topic: string; topicId: string; partitions: number }[]> {
    const { topics } = await this.cluster.ask(null)
    return [...topics].map(([topic, { id, leaders }]) => ({ topic, topicId: id, partitions: leaders.length }))
  }

  /** One offset for each partition. */
  async topicOffsets(topic: string, which: OffsetOf): Promise<number[]> {
    const { leaders } = await this.cluster.mustKnow(topic)
    return Promise.all(leaders.map((_, partition) => offsetOf(this.cluster, topic, partition, which)))
  }

  async groupOffsets(group: string): Promise<{ topic: string; partition: number; offset: number }[]> { return committedOffsets(this.cluster, group) }

  /** A topic is there when each of its partitions has a leader, and it has as many as are waited for. */
  private async until(topics: readonly string[], enough: (there: boolean[]) => boolean, partitions = 0): Promise<void> {
    for (const deadline = Date.now() + patienceMs; ;) {
      const metadata = await this.cluster.ask(topics)
      const leaders = topics.map((topic) => metadata.topics.get(topic)?.leaders)
      if (enough(leaders.map((it) => it !== undefined && it.length >= partitions && it.every((leader) => leader >= 0)))) break
      if (Date.now() > deadline) throw new KafkaError(codes.REQUEST_TIMED_OUT, 'waiting for topics', topics.join(', '))
      await sleep(20)
    }
    await this.cluster.refresh()
  }

  private async onController(request: Request, read: (answer: Reader) => void): Promise<void> {
    for (const deadline = Date.now() + patienceMs; ;) {
      try {
        if (this.cluster.controller < 0) await this.cluster.refresh()
        const answer = await this.cluster.send(this.cluster.controller, request)
        answer.int32()
        return read(answer)
      } catch (error) {
        if (!(error instanceof ConnectionLost || isCode(error, 'NOT_CONTROLLER') || isCode(error, 'LEADER_NOT_AVAILABLE')) || Date.now() > deadline) throw error
        await sleep(50)
        await this.cluster.refresh().catch(() => {})
      }
    }
  }
}
