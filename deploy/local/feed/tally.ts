import type { Made } from '../../../canonical/compile.ts'
import type { Outcome } from '../../../canonical/source.ts'
import { decimalText, places, type Currency } from './money.ts'

interface Values { currency?: Currency; totals?: { total: string }; direction?: string; state?: string; amount?: string; customer?: string | null; onHand?: string }
interface Newest { version: number; content: string; value: Values | null }

const nano = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(9, '0'))
}
const textOf = (sum: bigint, currency: Currency | undefined): string => {
  const decimals = currency === undefined ? 0 : places[currency]
  return decimalText(sum / 10n ** BigInt(9 - decimals), decimals)
}
const sorted = (sums: Map<string, string>): Record<string, string> => Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)))

/** The manifest's figures once more, from canonical records: walked at the end, from what came out and not from what went in. */
export class Tally {
  readonly #sources = new Map<string, { sent: number; mapped: number; filtered: Record<string, number>; rejected: number }>()
  readonly #models = new Map<string, { emitted: number; deletes: number; states: Set<string>; newest: Map<string, Newest> }>()

  /** What became of one source record; null where it was rejected. */
  add(name: string, outcome: Outcome | null): void {
    const source = this.#sources.get(name) ?? { sent: 0, mapped: 0, filtered: {}, rejected: 0 }
    this.#sources.set(name, source)
    source.sent++
    if (outcome === null) source.rejected++
    else if ('filtered' in outcome) source.filtered[outcome.filtered] = (source.filtered[outcome.filtered] ?? 0) + 1
    else { source.mapped++; for (const made of outcome.records) this.#record(made) }
  }

  #record({ model, entity, version, value }: Made): void {
    const it = this.#models.get(model) ?? { emitted: 0, deletes: 0, states: new Set<string>(), newest: new Map<string, Newest>() }
    this.#models.set(model, it)
    const content = JSON.stringify(value), before = it.newest.get(entity)
    it.emitted++
    if (value === null) it.deletes++
    it.states.add(`${entity} ${version} ${content}`)
    if (before === undefined || version >= before.version) it.newest.set(entity, { version, content, value: value as Values | null })
  }

  sources() { return Object.fromEntries(this.#sources) }

  models() {
    return Object.fromEntries([...this.#models].map(([model, it]) => {
      const alive = [...it.newest.values()].filter(({ value }) => value !== null)
      return [model, { emitted: it.emitted, states: it.states.size, entities: it.newest.size, alive: alive.length, deletes: it.deletes, sums: sorted(this.#sums(it.newest)) }]
    }))
  }

  /** By the same names as the manifest's. */
  #sums(newest: ReadonlyMap<string, Newest>): Map<string, string> {
    const sums = new Map<string, { sum: bigint; currency: Currency | undefined }>()
    const add = (name: string, text: string, currency?: Currency) => {
      const key = currency === undefined ? name : `${name} ${currency}`
      sums.set(key, { sum: (sums.get(key)?.sum ?? 0n) + nano(text), currency })
    }
    for (const { value } of newest.values()) {
      if (value?.totals !== undefined) add('total', value.totals.total, value.currency)
      if (value?.onHand !== undefined) add('onHand', value.onHand)
      if (value?.amount !== undefined && value.state === 'SUCCEEDED' && value.direction !== undefined && value.direction !== 'NONE') add(value.direction, value.amount, value.currency)
    }
    return new Map([...sums].filter(([, { sum }]) => sum !== 0n).map(([name, { sum, currency }]) => [name, textOf(sum, currency)]))
  }

  balances(): Record<string, string> {
    const sums = new Map<string, { sum: bigint; currency: Currency | undefined }>()
    for (const { value } of this.#models.get('payment.v1')?.newest.values() ?? []) {
      if (value === null || value.amount === undefined || value.state !== 'SUCCEEDED' || value.direction === 'NONE' || typeof value.customer !== 'string') continue
      const key = `${value.customer} ${value.currency}`, amount = nano(value.amount)
      sums.set(key, { sum: (sums.get(key)?.sum ?? 0n) + (value.direction === 'OUT' ? -amount : amount), currency: value.currency })
    }
    return sorted(new Map([...sums].filter(([, { sum }]) => sum !== 0n).map(([name, { sum, currency }]) => [name, textOf(sum, currency)])))
  }
}
