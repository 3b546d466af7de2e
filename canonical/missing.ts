import { Refused } from './refused.ts'

/** What a list or record becomes that is not there: what its table says, or a refusal. */
export function ifMissing(value: null | undefined, missing: string): [] | null {
  if (missing === '') throw new Refused('value.missing', 'a value', value)
  return missing === 'empty' ? [] : null
}
