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
  /** By line, those that may go. */
  readonly #wanted: ReadonlyMap<string, readonly number[]>
  /** Undefined: it was looked for, and is gone. */
  readonly #read: ReadonlyMap<number, KafkaRecord | undefined>
  private constructor(open: OpenRejections, of: Place, lines: ReadonlyMap<KafkaRecord, string | null>, wanted: ReadonlyMap<string, readonly number[]>, read: ReadonlyMap<number, KafkaRecord | undefined>) {
    this.#open = open
    this.#of = of
    this.#lines = lines
    this.#wanted = wanted
    this.#read = read
  }

  static async of({ records }: Chunk, open: OpenRejections, of: Place, reread: Reread, most: number): Promise<Releases> {
    const lines = new Map<KafkaRecord, string | null>(), wanted = new Map<string, readonly number[]>(), all = new Set<number>()
    for (const record of records) {
      const line = releasedOf(record, of)
      if (line === undefined) continue
      lines.set(record, line)
      if (line === null || wanted.has(line)) continue
      const those = open.waiting(line, most - all.size)
      wanted.set(line, those)
      for (const offset of those) all.add(offset)
    }
    const offsets = [...all].toSorted((a, b) => a - b), read = new Map<number, KafkaRecord | undefined>()
    for (let at = 0, bytes = 0; at < offsets.length && bytes < bytesAtOnce; at += step) {
      const some = offsets.slice(at, at + step), found = await reread(of.partition, some)
      for (const offset of some) { const record = found.get(offset); read.set(offset, record); bytes += record?.value?.length ?? 0 }
    }
    return new Releases(open, of, lines, wanted, read)
  }

  /** The line that a record lets go on; undefined: it is about something else. */
  lineOf(record: KafkaRecord): string | null | undefined { return this.#lines.get(record) }

  /** Those of the line whose turn it is, one after the other: what becomes of one decides about the next. */
  *drain(line: string, unit: string): Iterable<KafkaRecord> {
    this.#open.free(line)
    for (const offset of this.#wanted.get(line) ?? []) {
      if (!this.#read.has(offset) || !this.#open.isFree(offset)) continue
      const record = this.#read.get(offset)
      if (record !== undefined) { yield record; continue }
      // It keeps its place: its bytes lie in the rejected topic, and a person can send it again from there.
      events.parkedGone(unit, offset)
      this.#open.gone(offset)
    }
  }

  /** Says in the redrive topic who is next, in the transaction that made it so. */
  post(output: Output, redriveTopic: string): void {
    const lines = this.#open.freed(), headers = lines.length === 0 ? undefined : encodeHeaders(Object.entries(releaseHeaders(this.#of)))
    for (const line of lines) output.add(redriveTopic, this.#of.partition, Buffer.from(line), Buffer.alloc(0), headers)
  }
}
