import { unscaled } from './decimal.ts'
import { minorUnits } from './iso4217.ts'
import { getter } from './field-reader.ts'
import { rounded, roundedBig } from './rounding.ts'
import type { Each, Total } from './rules.ts'

type Get = (content: object) => unknown
type Scaled = number | bigint
interface Line { readonly items: Get; readonly terms: readonly { readonly sign: 1 | -1; readonly of: Get; readonly times: Get | null }[] }
interface Part { readonly sign: 1 | -1; readonly get: Get | null; readonly line: Line | null }

/** Amounts in their ninth decimal, and where that gets too large for a number, in the eighteenth. */
const oneBig = 1_000_000_000n
const unknown = Symbol('unknown')

/** Says whether the stated total is what its parts come to; true where one of them is not known. */
export function totalRule(rule: Total): (content: object) => boolean {
  const stated = getter(rule.field), { each, how, places } = rule.rounding, perLine = each === 'line'
  const currency = typeof places === 'number' ? null : getter(places.of)
  const parts = [...rule.sum.map((it) => partOf(it, 1)), ...(rule.less ?? []).map((it) => partOf(it, -1))]

  return (content) => {
    const said = stated(content)
    if (said === null || said === undefined) return true
    const decimals = currency === null ? (places as number) : minorUnits(currency(content) as string)
    const total = unscaled(said as string), quick = typeof total === 'number' ? inNumbers(content, 10 ** (9 - decimals)) : NaN
    if (quick === unknown) return true
    if (!Number.isNaN(quick)) return quick === total
    const exact = inFull(content, 10n ** BigInt(18 - decimals))
    return exact === unknown || exact === BigInt(total) * oneBig
  }

  /** NaN: an amount is too large or too fine for it. */
  function inNumbers(content: object, unit: number): number | typeof unknown {
    let total = 0
    for (const { sign, get, line } of parts) {
      if (line === null) {
        const amount = get!(content)
        if (amount === null || amount === undefined) return unknown
        total += sign * asNumber(unscaled(amount as string))
        continue
      }
      const items = line.items(content) as readonly object[] | null | undefined
      if (items === null || items === undefined) return unknown
      for (let i = 0; i < items.length; i++) {
        let amount = 0
        for (const { sign: its, of, times } of line.terms) {
          const a = of(items[i]!), b = times === null ? '1' : times(items[i]!)
          if (a === null || a === undefined || b === null || b === undefined) return unknown
          amount += its * (times === null ? asNumber(unscaled(a as string)) : product(unscaled(a as string), unscaled(b as string)))
        }
        total += sign * (perLine ? rounded(amount, unit, how) : amount)
        if (!Number.isSafeInteger(amount)) return NaN
      }
      if (!Number.isSafeInteger(total)) return NaN
    }
    return Number.isSafeInteger(total) ? rounded(total, unit, how) : NaN
  }

  function inFull(content: object, unit: bigint): bigint | typeof unknown {
    let total = 0n
    for (const { sign, get, line } of parts) {
      const by = BigInt(sign)
      if (line === null) {
        const amount = get!(content)
        if (amount === null || amount === undefined) return unknown
        total += by * BigInt(unscaled(amount as string)) * oneBig
        continue
      }
      const items = line.items(content) as readonly object[] | null | undefined
      if (items === null || items === undefined) return unknown
      for (const item of items) {
        let amount = 0n
        for (const { sign: its, of, times } of line.terms) {
          const a = of(item), b = times === null ? '1' : times(item)
          if (a === null || a === undefined || b === null || b === undefined) return unknown
          amount += BigInt(its) * BigInt(unscaled(a as string)) * BigInt(unscaled(b as string))
        }
        total += by * (perLine ? roundedBig(amount, unit, how) : amount)
      }
    }
    return roundedBig(total, unit, how)
  }
}

const asNumber = (value: Scaled): number => (typeof value === 'number' ? value : NaN)
/** Amounts of up to four decimals, which most are, multiply without BigInt. */
function product(a: Scaled, b: Scaled): number {
  if (typeof a !== 'number' || typeof b !== 'number' || a % fine !== 0 || b % fine !== 0) return NaN
  const value = (a / fine) * (b / fine)
  return Math.abs(value) < Number.MAX_SAFE_INTEGER / 10 ? value * 10 : NaN
}
const fine = 100_000

function partOf(part: string | Each, sign: 1 | -1): Part {
  if (typeof part === 'string') return { sign, get: getter(part), line: null }
  const term = (its: 1 | -1) => (it: string | readonly [string, string]) => (typeof it === 'string' ? { sign: its, of: getter(it), times: null } : { sign: its, of: getter(it[0]), times: getter(it[1]) })
  return { sign, get: null, line: { items: getter(part.each), terms: [...part.plus.map(term(1)), ...(part.minus ?? []).map(term(-1))] } }
}
