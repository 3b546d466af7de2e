import type { Chunk } from './chunk.ts'
import type { LeaseState } from './lease-state.ts'
import type { Output } from './output.ts'

/** What is being tried: a chunk, or one record of it alone; and how often it was begun without an end. */
interface Trying { readonly topic: string; readonly from: number; readonly times: number; readonly alone: boolean }

/** Where the note lies in the lease's state. */
export const noteKey = 'trying'
/** A record that was begun so often alone, and never ended, has killed the process each time but the last: that one it is not given. */
const enough = 3

/** By partition and topic, where the last try ended with an error that this process has outlived. */
const survived = new Map<string, number>()

/** A part of a chunk that is one transaction. `killed`: its only record is not tried any more. */
export interface Part { readonly chunk: Chunk; readonly killed: boolean }

/**
 * Finds the record that kills the process. A lease's first chunk is noted in the lease's state before it is tried, and the note goes with its commit: an
 * ordinary stop leaves none, and what only threw does not count. Who finds the note of the chunk that it is about to try takes the records one by one.
 */
export class Suspects {
  readonly #state: LeaseState
  readonly #place: string
  #watching = true
  constructor(state: LeaseState, place: string) {
    this.#state = state
    this.#place = place
  }

  /** Whether the chunk has to be noted before it is tried. */
  get watches(): boolean { return this.#watching }

  /** Whether the chunk, or its first record alone, was begun before and never ended. */
  suspects(chunk: Chunk): boolean { return this.#known(chunk) !== null }

  /** The chunk as it is, or record by record where it is suspected. */
  parts(chunk: Chunk): readonly Part[] {
    const known = this.#known(chunk)
    if (known === null) return [{ chunk, killed: false }]
    return chunk.records.map((record, at): Part => {
      const from = at === 0 ? chunk.from : chunk.records[at - 1]!.offset + 1, next = at === chunk.records.length - 1 ? chunk.next : record.offset + 1
      return { chunk: { ...chunk, from, next, records: [record] }, killed: at === 0 && known.alone && known.times + 1 >= enough }
    })
  }

  /** Notes what is tried next, in this transaction. */
  begin({ chunk }: Part, alone: boolean, output: Output): void {
    const known = this.#known(chunk)
    output.state(noteKey, { topic: chunk.topic, from: chunk.from, times: known?.alone === alone ? known.times + 1 : 1, alone } satisfies Trying)
  }

  end(output: Output): void { output.state(noteKey, undefined) }
  /** It went through: from here on nothing is noted. */
  trust(): void { this.#watching = false }
  /** What was tried threw, and the process lives to tell: whatever it was, it did not kill. */
  survive(): void {
    const known = this.#state.get(noteKey) as Trying | undefined
    if (known) survived.set(`${this.#place}/${known.topic}`, known.from)
  }

  #known({ topic, from }: Chunk): Trying | null {
    const known = this.#state.get(noteKey) as Trying | undefined
    return known?.topic === topic && known.from === from && survived.get(`${this.#place}/${topic}`) !== from ? known : null
  }
}
