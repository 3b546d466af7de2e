import { fromUnscaled } from '../../canonical/decimal-sum.ts'
import { type Decimal, unscaled } from '../../canonical/decimal.ts'
import { HashSum } from '../../canonical/key.ts'
import type { Answer, ReceiptEntry } from '../../canonical/models.generated.ts'

/** Consecutive offsets of one source partition that are proven together. */
export const blockSize = 4096

export interface Origin { readonly topic: string; readonly partition: number; readonly offset: number }
export type Totals = Readonly<Record<string, Decimal>>

interface Line { entry: Omit<ReceiptEntry, 'hashSum' | 'totals'>; hashSum: HashSum; totals: Map<string, Sum> }
/** A chunk fills few lines, and the same ones again and again: they are found by their numbers and without a key. A power of two. */
const atHand = 64

/** What became of the records of one chunk, counted by block of origin. One chunk, one instance. */
export class Books {
  readonly #lines = new Map<string, Line>()
  readonly #atHand = new Array<Line | undefined>(atHand)
  /** What became of records that were sent again. */
  readonly answers: Answer[] = []

  /** `model` null: a source record is counted, else a canonical one with the hash of its effect key. */
  count(origin: Origin, model: string | null, outcome: string, reason: string | null, hash = 0n, totals?: Totals): void {
    this.#add(1, origin, model, outcome, reason, hash, totals)
  }

  /** Takes back what an earlier receipt counted: the record is about to get another outcome, in the block of its origin. */
  uncount(origin: Origin, model: string | null, outcome: string, reason: string | null, hash = 0n, totals?: Totals): void {
    this.#add(-1, origin, model, outcome, reason, hash, totals)
  }

  #add(by: 1 | -1, origin: Origin, model: string | null, outcome: string, reason: string | null, hash: bigint, totals: Totals | undefined): void {
    const line = this.#line(origin, Math.floor(origin.offset / blockSize), model, outcome, reason)
    line.entry.count += by
    if (hash !== 0n) line.hashSum.add(by === 1 ? hash : -hash)
    if (totals) for (const name in totals) {
      let sum = line.totals.get(name)
      if (sum === undefined) line.totals.set(name, sum = new Sum())
      sum.add(by, unscaled(totals[name]!))
    }
  }

  #line({ topic, partition }: Origin, block: number, model: string | null, outcome: string, reason: string | null): Line {
    const place = (partition * 5 + block * 7 + outcome.length) & (atHand - 1), last = this.#atHand[place]
    if (last !== undefined) {
      const { entry } = last
      if (entry.outcome === outcome && entry.block === block && entry.model === model && entry.reason === reason && entry.originPartition === partition && entry.originTopic === topic) return last
    }
    const key = `${topic}/${partition}/${block} ${model} ${outcome} ${reason}`
    let line = this.#lines.get(key)
    if (line === undefined) {
      line = { entry: { originTopic: topic, originPartition: partition, block, model, outcome, reason, count: 0 }, hashSum: new HashSum(), totals: new Map() }
      this.#lines.set(key, line)
    }
    this.#atHand[place] = line
    return line
  }

  entries(): ReceiptEntry[] {
    return [...this.#lines.values()].flatMap(({ entry, hashSum, totals }) => inReach(new Map([...totals].map(([name, sum]) => [name, sum.value]))).map((part, i) =>
      (i === 0 ? { ...entry, hashSum: hashSum.bytes(), totals: part } : { ...entry, count: 0, hashSum: new HashSum().bytes(), totals: part })))
  }

  /** Counts by outcome and reason, over all blocks and models; for telemetry. */
  *counts(): Iterable<{ model: string | null; outcome: string; reason: string | null; count: number }> {
    for (const { entry } of this.#lines.values()) yield entry
  }
}

/** An exact sum: as a number while that holds every digit, which spares most records a big one. */
class Sum {
  #large = 0n
  #small = 0
  add(by: 1 | -1, amount: number | bigint): void {
    const sum = typeof amount === 'number' ? this.#small + by * amount : NaN
    if (Number.isSafeInteger(sum)) this.#small = sum
    else this.#large += BigInt(by) * BigInt(amount)
  }
  get value(): bigint { return this.#large + BigInt(this.#small) }
}

/** decimal(38,9): the most that a total of a receipt can be, counted in its last place. */
const most = 10n ** 38n - 1n

/** Totals as a receipt can say them. Who reads receipts adds entries up, so what does not fit one goes on in the next: amounts, however absurd, never keep a chunk from being written. */
function inReach(totals: ReadonlyMap<string, bigint>): Record<string, Decimal>[] {
  const fits: Record<string, Decimal> = {}, left = new Map<string, bigint>()
  for (const [name, total] of totals) {
    const part = total > most ? most : total < -most ? -most : total
    fits[name] = fromUnscaled(part)
    if (part !== total) left.set(name, total - part)
  }
  return left.size === 0 ? [fits] : [fits, ...inReach(left)]
}
