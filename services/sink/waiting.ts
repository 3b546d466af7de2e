import { Environment } from '../runtime/failure.ts'
import { mostOpen } from '../runtime/redrive.ts'
import type { OpenRejections } from './targets/open-rejections.ts'
import type { Account, Input, OpenRejection } from './targets/target.ts'

/**
 * What the holder of a lease knows of the rejections that are open in its partition. Nobody else changes them, so the target is asked
 * only about entities that may have some; most chunks ask nothing.
 */
export class Waiting {
  readonly of: Input
  readonly #rejections: OpenRejections
  /** An entity stays here when its last rejection is closed, until the next lease. */
  readonly #entities: Set<string>
  #count: number
  readonly #most: number
  private constructor(of: Input, rejections: OpenRejections, known: { count: number; entities: Set<string> }, most: number) {
    this.of = of
    this.#rejections = rejections
    this.#entities = known.entities
    this.#count = known.count
    this.#most = most
  }

  /** Once the inputs are taken: before that another owner may still change them. */
  static async load(of: Input, rejections: OpenRejections, most = mostOpen): Promise<Waiting> { return new Waiting(of, rejections, await rejections.entities(of), most) }

  at(offsets: readonly number[]): Promise<readonly OpenRejection[]> { return offsets.length === 0 ? Promise.resolve([]) : this.#rejections.at(this.of, offsets) }

  /** The open rejections of these entities, in the order of the topic; of each so many at most; null: all. */
  async lines(entities: Iterable<string | null>, most: number | null): Promise<ReadonlyMap<string, readonly OpenRejection[]>> {
    if (this.#entities.size === 0) return none
    const some = new Set<string>()
    for (const it of entities) if (it !== null && this.#entities.has(it)) some.add(it)
    return some.size === 0 ? none : Map.groupBy(await this.#rejections.lines(this.of, [...some], most), ({ entity }) => entity!)
  }

  /** Before the transaction ends: `more` is how many more are open after it. */
  bound(more: number): void {
    if (more > 0 && this.#count + more > this.#most) throw new Environment('unit.too_many_open', `${this.#count} rejections of this partition are open, ${this.#most} are the most: nothing more is read until some are redriven or discarded`)
  }

  /** What was committed. */
  took({ opened }: Account, more: number): void {
    this.#count += more
    for (const { entity } of opened) if (entity !== null) this.#entities.add(entity)
  }
}
const none: ReadonlyMap<string, readonly OpenRejection[]> = new Map()
