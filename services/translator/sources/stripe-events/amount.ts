import { decimal, type Decimal } from '../../../../canonical/decimal.ts'
import { currency, minorUnits } from '../../../../canonical/iso4217.ts'
import { Refused } from '../../../../canonical/refused.ts'

/**
 * Where Stripe does not count in the smallest unit of ISO 4217 (docs.stripe.com/currencies, "Special cases"):
 * ariary in whole ones; kronur and shillings, which have no smaller unit any more, still in hundredths.
 */
export const stripeExceptions: ReadonlyMap<string, number> = new Map([['MGA', 0], ['ISK', 2], ['UGX', 2]])

/** Stripe writes currencies small: `eur`. */
export const currencyOf = (code: string): string => currency(code.toUpperCase())

/** Stripe sends amounts as whole numbers of the smallest unit: 1050 for 10.50 EUR, 1050 for 1050 JPY. */
export function amountOf(amount: number, code: string): Decimal {
  if (amount < 0) throw new Refused('value.negative', 'an amount that is not negative', amount)
  const places = stripeExceptions.get(currencyOf(code)) ?? minorUnits(currencyOf(code))
  const digits = String(amount).padStart(places + 1, '0')
  // Stripe says so of shillings; an amount that breaks it was counted in another unit than we think.
  if (currencyOf(code) === 'UGX' && !digits.endsWith('00')) throw new Refused('value.not-whole', 'whole shillings, in hundredths', amount)
  return decimal(places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`)
}
