import { Refused } from './refused.ts'

/** An ISO 3166-1 code of two letters. */
export function country(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) throw new Refused('value.not-country', 'an ISO 3166-1 code of two letters', code)
  return code
}
