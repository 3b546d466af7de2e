/** A Kafka header as it lies in the record. */
export interface Header { name: string; value: Buffer | null }

/** One fetched record. Key, value and headers are views into the fetched bytes, made when they are asked for. */
export interface KafkaRecord {
  readonly offset: number
  /** Kafka timestamp, milliseconds. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly Header[]
}

/** What one transaction handles: consecutive records of one partition. `records` may be empty: then only the position moves. */
export interface Chunk {
  readonly unit: string
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** The position before the chunk; the first record's offset may be higher (control records, compaction). */
  readonly from: number
  /** The position after it. */
  readonly next: number
  readonly records: readonly KafkaRecord[]
}
