// In the place of the product's sources: yesterday's mapping, which did not know what to make of some payloads.
import { Refused } from '../../../canonical/refused.ts'
import { type Source, source as real, type Translation } from '../../../canonical/source.ts'
export * from '../../../canonical/source.ts'

export function source(definition: Source): Translation {
  const made = real(definition)
  return {
    ...made,
    translate(payload) {
      const outcome = made.translate(payload)
      if (process.env['TEST_REFUSES'] === 'everything' || JSON.stringify(payload).length % 4 === 0) throw new Refused('value.not-one-of', 'a status that was agreed', payload)
      return outcome
    },
  }
}
