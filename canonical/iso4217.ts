import { Refused } from './refused.ts'

/** How many decimals the smallest unit of each current currency has (ISO 4217, list one, 2026-01; a test compares it with a public copy). */
const byDecimals: Record<number, string> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD
    HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}
/** Withdrawn since 2010 and still met in old records. ISO lists no decimals for them: these are the last that held. */
const withdrawn: Record<number, string> = { 0: 'BYR', 2: 'ANG BGN CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL' }

const codes = (table: Record<number, string>) => Object.entries(table).flatMap(([decimals, list]) => list.split(/\s+/).map((code): [string, number] => [code, Number(decimals)]))

export const currencies: ReadonlyMap<string, number> = new Map(codes(byDecimals))
const known: ReadonlyMap<string, number> = new Map([...codes(withdrawn), ...currencies])

/** The ISO 4217 code of a currency that money is or was paid in: no metal, no test code, no shop's own. */
export function currency(code: string): string {
  if (!known.has(code)) throw new Refused('value.not-currency', 'an ISO 4217 code', code)
  return code
}

/** Decimals of the smallest unit: 2 for EUR, 0 for JPY, 3 for KWD. */
export const minorUnits = (code: string): number => known.get(currency(code)) as number
