import type { Place } from '../runtime/as-it-came.ts'
import { events } from '../runtime/events.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Output } from '../runtime/kafka/output.ts'
import { encodeHeaders } from '../runtime/kafka/record-batch.ts'
import { releasedOf, releaseHeaders } from '../runtime/release.ts'
import type { OpenRejections } from './open-rejections.ts'

/** So many parked records are let go with one chunk, or so many bytes of them. */
export const atOnce = 1_000
const bytesAtOnce = 3_000_000
/** They are read again in steps: nobody knows how large they are before. */
const step = 100
/** Reads records of a source's partition again, by their offsets; one that is no longer there is left out. */
export type Reread = (partition: number, offsets: readonly number[]) => Promise<ReadonlyMap<number, KafkaRecord>>

/** What a chunk lets go: parked records whose turn has come, read again where they lie. */
export class Releases {
  readonly #open: OpenRejections
  readonly #of: Place
  readonly #lines: ReadonlyMap<KafkaRecord, string | null>
  /** Undefined: it was looked for, and is gone. */
  readonly #read: ReadonlyMap<number, KafkaRecord | undefined>
  readonly #gone = new Set<number>()
  private constructor(open: OpenRejections, of: Place, lines: ReadonlyMap<KafkaRecord, string | null>, read: ReadonlyMap<number, KafkaRecord | undefined>) {
    this.#open = open
    this.#of = of
    this.#lines = lines
    this.#read = read
  }

  static async of({ records }: Chunk, open: OpenRejections, of: Place, reread: Reread, most: number): Promise<Releases> {
    const lines = new Map<KafkaRecord, string | null>(), wanted = new Set<number>()
    for (const record of records) {
      const line = releasedOf(record, of)
      if (line === undefined) continue
      lines.set(record, line)
      if (line !== null) for (const offset of open.waiting(line, most - wanted.size)) wanted.add(offset)
    }
    const offsets = [...wanted].toSorted((a, b) => a - b), read = new Map<number, KafkaRecord | undefined>()
    for (let at = 0, bytes = 0; at < offsets.length && bytes < bytesAtOnce; at += step) {
      const some = offsets.slice(at, at + step), found = await reread(of.partition, some)
      for (const offset of some) { const record = found.get(offset); read.set(offset, record); bytes += record?.value?.length ?? 0 }
    }
    return new Releases(open, of, lines, read)
  }

  /** The line that a record lets go on; undefined: it is about something else. */
  lineOf(record: KafkaRecord): string | null | undefined { return this.#lines.get(record) }

  /** Those of the line whose turn it is, one after the other: what becomes of one decides about the next. */
  *drain(line: string, unit: string): Iterable<KafkaRecord> {
    this.#open.free(line)
    for (let offset; (offset = this.#open.next(line, this.#gone)) !== null && this.#read.has(offset);) {
      const record = this.#read.get(offset)
      if (record !== undefined) { yield record; continue }
      // It stays first in its line: its bytes lie in the rejected topic, and a person can send it again from there.
      events.parkedGone(unit, offset)
      this.#gone.add(offset)
    }
  }

  /** Says in the redrive topic who is next, in the transaction that made it so. */
  post(output: Output, redriveTopic: string): void {
    const lines = this.#open.freed(this.#gone), headers = lines.length === 0 ? undefined : encodeHeaders(Object.entries(releaseHeaders(this.#of)))
    for (const line of lines) output.add(redriveTopic, this.#of.partition, Buffer.from(line), Buffer.alloc(0), headers)
  }
}
