import type { KafkaRecord } from './chunk.ts'
import { hasCode, KafkaError, leaderMoved } from './errors.ts'
import { endOf, type FetchedPart } from './fetch.ts'
import { RecordSet } from './record-set.ts'

export interface Bounds { readonly maxRecords: number; readonly maxBytes: number }

/** What was fetched of one topic partition and not yet handed over, between the fetcher and the slot that owns it. */
export class InputBuffer {
  readonly topic: string
  readonly topicId: string
  readonly partition: number
  /** The position: everything before it has taken effect. */
  position: number
  /** When the position last moved, as performance.now() says it. */
  movedAt = -Infinity
  /** The last stable offset seen, for lag; -1 before the first answer. */
  end = -1
  /** Where the next fetch begins. */
  next: number
  /** An answer that ends the lease: the slot's owner throws it. */
  error: KafkaError | null = null
  private sets: { set: RecordSet; part: FetchedPart }[] = []
  /** What the chunk in hand has used up. */
  private spent: FetchedPart[] = []
  private bytes = 0
  private passed: number
  private readonly wake: () => void
  closed = false
  /** How many fetched bytes it may hold: its fetcher shares the memory out. */
  room = 1 << 20
  /** The slot is held back: nothing more is fetched for it. */
  held = false

  constructor(topic: string, topicId: string, partition: number, position: number, wake: () => void) {
    this.topic = topic
    this.topicId = topicId
    this.partition = partition
    this.next = this.position = this.passed = position
    this.wake = wake
  }

  get hasRoom() { return !this.closed && !this.held && this.error === null && this.bytes < this.room }
  /** Full, and soon to be emptied. */
  get sitsOut() { return !this.held && this.bytes >= this.room }
  /** Whether there is enough for a whole chunk, as far as offsets and compressed bytes tell. */
  fills(bounds: Bounds): boolean { return this.next - this.position >= bounds.maxRecords || this.bytes >= bounds.maxBytes / 2 || !this.hasRoom }
  /** The broker has more than was fetched. */
  get isBehind() { return this.hasRoom && this.end > this.next }
  /** Something can be taken, or the position can move over what held no committed records. */
  get hasRecords() { return this.sets.length > 0 }
  get canMove() { return this.passed > this.position }

  /** Takes over what a fetch at `offset` brought. An answer that does not start where this buffer goes on is thrown away. */
  accept(offset: number, part: FetchedPart): KafkaError | null {
    if (this.closed || offset !== this.next) return null
    if (part.code !== 0) {
      const error = new KafkaError(part.code, 'Fetch', `${this.topic}/${this.partition} at ${offset}`)
      // A deleted topic answers UNKNOWN_TOPIC_ID at first and then no leader is known: acquiring again says what is the matter.
      if (!hasCode(error, leaderMoved)) { this.error = error; this.wake() }
      return error
    }
    this.end = part.lastStableOffset
    const next = endOf(part.records, offset)
    if (next === offset) return null
    this.sets.push({ set: new RecordSet(part.records, offset, part.aborted), part })
    this.bytes += part.records.length
    this.next = next
    this.wake()
    return null
  }

  noteFailure(error: unknown): void {
    if (!(error instanceof KafkaError) || hasCode(error, leaderMoved)) return
    this.error = error
    this.wake()
  }

  /**
   * Takes the next records off, up to the bounds; `next` is the position after them. May be empty: then only the position moves.
   * Invariant 17: the records taken before must be done with, for their memory is used again.
   */
  take(bounds: Bounds): { records: KafkaRecord[]; next: number } {
    for (const part of this.spent) part.release()
    this.spent = []
    const records: KafkaRecord[] = []
    let bytes = 0
    for (let first = this.sets[0]; first !== undefined; first = this.sets[0]) {
      const taken = first.set.take(records, bounds, bytes)
      bytes = taken.bytes
      this.passed = first.set.next
      if (taken.more) break
      this.sets.shift()
      this.spent.push(first.part)
      this.bytes -= first.part.records.length
    }
    return { records, next: this.passed }
  }
}
