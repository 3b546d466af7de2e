import type { Decimal } from '../../canonical/decimal.ts'
import type { ReceiptEntry } from '../../canonical/models.generated.ts'

/** Consecutive offsets of one source partition that are proven together. */
export const blockSize = 4096

export interface Origin { readonly topic: string; readonly partition: number; readonly offset: number }
export type Totals = Readonly<Record<string, Decimal>>

/** What became of the records of one chunk, counted by block of origin. One chunk, one instance. */
export class Books {
  readonly #entries = new Map<string, { entry: Omit<ReceiptEntry, 'hashSum' | 'totals'>; hashSum: bigint; totals: Map<string, bigint> }>()

  /** `model` null: a source record is counted, else a canonical one with the hash of its effect key. */
  count(origin: Origin, model: string | null, outcome: string, reason: string | null, hash = 0n, totals?: Totals): void {
    const block = Math.floor(origin.offset / blockSize)
    const key = `${origin.topic}/${origin.partition}/${block} ${model} ${outcome} ${reason}`
    let line = this.#entries.get(key)
    if (line === undefined) {
      line = { entry: { originTopic: origin.topic, originPartition: origin.partition, block, model, outcome, reason, count: 0 }, hashSum: 0n, totals: new Map() }
      this.#entries.set(key, line)
    }
    line.entry.count++
    line.hashSum += hash
    if (totals) for (const name in totals) line.totals.set(name, (line.totals.get(name) ?? 0n) + unscaled(totals[name]!))
  }

  entries(): ReceiptEntry[] {
    return [...this.#entries.values()].map(({ entry, hashSum, totals }) => {
      const sum = Buffer.allocUnsafe(8)
      sum.writeBigUInt64BE(BigInt.asUintN(64, hashSum))
      return { ...entry, hashSum: sum, totals: Object.fromEntries([...totals].map(([name, value]) => [name, scaled(value)])) }
    })
  }

  /** Counts by outcome and reason, over all blocks and models; for telemetry. */
  *counts(): Iterable<{ model: string | null; outcome: string; reason: string | null; count: number }> {
    for (const { entry } of this.#entries.values()) yield entry
  }
}

function unscaled(decimal: Decimal): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.slice(0, 9).padEnd(9, '0'))
}
function scaled(value: bigint): Decimal {
  const digits = (value < 0n ? -value : value).toString().padStart(10, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}` as Decimal
}
