import type { Receipt } from '../../../canonical/models.generated.ts'

type Interval = Pick<Receipt, 'from' | 'next' | 'at'>

/** How far the receipts of one partition of a target reach, taken in the order in which they lie on their topic. */
export class Accounted {
  #reach: Pick<Interval, 'next' | 'at'> | null
  constructor(reach: Pick<Interval, 'next' | 'at'> | null) { this.#reach = reach }

  get next(): number { return this.#reach?.next ?? 0 }

  /**
   * What a receipt is to those before it. `known`: it was published again, and is as old as it was. `back`: it is younger than all of them, by whatever clock, and begins
   * before their end, so the target stands where it stood once: it was restored, or another database is in its place.
   */
  take({ from, next, at }: Interval): 'new' | 'known' | 'back' {
    const before = this.#reach, verdict = before === null || from >= before.next ? 'new' : at > before.at ? 'back' : 'known'
    if (verdict !== 'known') this.#reach = { next, at: before !== null && before.at > at ? before.at : at }
    return verdict
  }
}
