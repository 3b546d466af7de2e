import type { Header } from './chunk.ts'
import type { KafkaConnection } from './connection.ts'
import { partitionOf } from './partition.ts'
import { produce, type SealedBatch } from './produce.ts'
import { BatchWriter, type Codec, encodeHeaders } from './record-batch.ts'

export interface NewRecord {
  readonly key: Buffer | string | null
  readonly value: Buffer | string | null
  readonly headers?: Readonly<Record<string, string | Buffer>> | readonly Header[]
  readonly timestamp?: number
  /** Where it goes; else the key decides, as with the Java client. */
  readonly partition?: number
}
const batchBytes = 900_000

/** Writes outside of any transaction, acks=all: for the feed, commands and tests. A lost answer is sent again, so a record may be there twice. */
export class Producer {
  private readonly kafka: KafkaConnection
  private readonly codec: Codec
  private turn = 0
  constructor(kafka: KafkaConnection, options: { codec?: Codec } = {}) {
    this.kafka = kafka
    this.codec = options.codec ?? 'zstd'
  }

  async send(topic: string, records: Iterable<NewRecord>): Promise<void> {
    const { leaders } = await this.kafka.control.mustKnow(topic)
    const writers = new Map<number, BatchWriter[]>()
    for (const record of records) {
      const key = bytesOf(record.key)
      const value = bytesOf(record.value)
      const partition = record.partition ?? (key === null ? this.turn++ % leaders.length : partitionOf(key, leaders.length))
      const list = writers.get(partition) ?? []
      writers.set(partition, list)
      let writer = list.at(-1)
      if (writer === undefined || writer.size + (key?.length ?? 0) + (value?.length ?? 0) > batchBytes) list.push(writer = new BatchWriter())
      writer.add(key, value, record.headers && encodeHeaders(pairsOf(record.headers)), record.timestamp)
    }
    const rounds: SealedBatch[][] = []
    for (const [partition, list] of writers) {
      list.forEach((writer, round) => { (rounds[round] ??= []).push({ topic, partition, bytes: writer.seal({ codec: this.codec }) }) })
    }
    for (const round of rounds) await produce(this.kafka.control, round, { transactionalId: null, deadlineMs: 30_000, resend: true })
  }
}

const pairsOf = (headers: NonNullable<NewRecord['headers']>): (readonly [string, string | Buffer | null])[] =>
  (isList(headers) ? headers.map(({ name, value }) => [name, value] as const) : Object.entries(headers))
const isList = (headers: NonNullable<NewRecord['headers']>): headers is readonly Header[] => Array.isArray(headers)
const bytesOf = (value: Buffer | string | null) => (typeof value === 'string' ? Buffer.from(value) : value)
