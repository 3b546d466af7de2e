import { BatchWriter } from './record-batch.ts'
import type { Batch } from './transaction.ts'

/** A batch has to stay under 1 MiB, the brokers' default bound; a chunk closes here too. */
export const fullAt = 900_000
const keptArenas = 64
const keptBytes = 2 << 20
const arenas: BatchWriter[] = []

/** What one chunk becomes: records grouped by topic and partition, and changes of the lease's state. Used once. */
export class Output {
  /** Bytes of records added so far. */
  bytes = 0
  /** Records added so far. */
  count = 0
  readonly stateChanges = new Map<string, unknown>()
  private readonly taken = new Set<BatchWriter>()
  private readonly topics = new Map<string, (BatchWriter[] | undefined)[]>()

  /** `headers` is a block made by `encodeHeaders`. Order within a partition is the order of the calls. */
  add(topic: string, partition: number, key: Buffer | null, value: Buffer | null, headers?: Buffer, timestamp?: number): void {
    let partitions = this.topics.get(topic)
    if (partitions === undefined) this.topics.set(topic, partitions = [])
    const writers = partitions[partition] ??= []
    let writer = writers.at(-1)
    const size = (key?.length ?? 0) + (value?.length ?? 0) + (headers?.length ?? 0)
    if (writer === undefined || (writer.count > 0 && writer.size + size > fullAt)) writers.push(writer = this.take())
    const before = writer.size
    writer.add(key, value, headers, timestamp)
    this.bytes += writer.size - before
    this.count++
  }

  private take(): BatchWriter {
    const writer = arenas.pop() ?? new BatchWriter()
    this.taken.add(writer)
    return writer
  }

  /** Sets one entry of the lease's state (`undefined` removes it), committed with the records. The value must be JSON. */
  state(key: string, value: unknown): void { this.stateChanges.set(key, value) }

  batches(): Batch[] {
    const batches: Batch[] = []
    for (const [topic, partitions] of this.topics) {
      partitions.forEach((writers, partition) => { for (const writer of writers ?? []) batches.push({ topic, partition, writer, release: () => this.giveBack(writer) }) })
    }
    return batches
  }

  /** Gives back the arenas that no batch has given back. Nothing may be added afterwards. */
  release(): void {
    for (const writer of this.taken) this.giveBack(writer)
    this.topics.clear()
  }

  private giveBack(writer: BatchWriter): void {
    if (!this.taken.delete(writer) || arenas.length >= keptArenas || writer.capacity > keptBytes) return
    writer.reset()
    arenas.push(writer)
  }
}
