import { unscaled, type Decimal } from './decimal.ts'
import { Refused } from './refused.ts'

/** The exact sum; zero of an empty list. */
export const sum = (amounts: readonly Decimal[]): Decimal => fromUnscaled(amounts.reduce((total, amount) => total + BigInt(unscaled(amount)), 0n))

/** The exact product. Refused where it needs more than nine decimals: nothing is rounded. */
export function product(a: Decimal, b: Decimal): Decimal {
  const value = BigInt(unscaled(a)) * BigInt(unscaled(b))
  if (value % 1_000_000_000n !== 0n) throw new Refused('value.too-fine', 'a product of at most nine decimals', a)
  return fromUnscaled(value / 1_000_000_000n)
}

/** The exact quotient, or null where there is none within nine decimals: 10 / 3, or anything / 0. */
export function quotient(a: Decimal, b: Decimal): Decimal | null {
  const value = BigInt(unscaled(a)) * 1_000_000_000n, by = BigInt(unscaled(b))
  return by === 0n || value % by !== 0n ? null : fromUnscaled(value / by)
}

/** The decimal that is `value` × 10^-9. */
export function fromUnscaled(value: bigint): Decimal {
  if (value >= end || value <= -end) throw new Refused('value.not-decimal', 'a decimal number with at most 29 digits before the point', `${value}`)
  return textOfUnscaled(value) as Decimal
}
const end = 10n ** 38n

/** The number that is `value` × 10^-9, however large: a sum may be more than a decimal holds. */
export function textOfUnscaled(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().padStart(10, '0')
  const fraction = digits.slice(-9).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`
}
