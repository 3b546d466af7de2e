/** Currencies of the sample world, with their decimal places: amounts are whole numbers of the smallest coin. */
export const places = { EUR: 2, USD: 2, GBP: 2, JPY: 0, KWD: 3 } as const
export type Currency = keyof typeof places

/** `1999`, 2 places → `19.99` */
export function decimalText(minor: number | bigint, decimals: number): string {
  const digits = String(minor < 0 ? -minor : minor).padStart(decimals + 1, '0')
  const sign = minor < 0 ? '-' : ''
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
export const amountText = (minor: number | bigint, currency: Currency): string => decimalText(minor, places[currency])

/** A share of an amount in whole coins, half a coin rounded up; `permille` 190 is 19 %. */
export function shareOf(minor: number, permille: number): number {
  const scaled = minor * permille + 500
  return (scaled - scaled % 1000) / 1000
}
