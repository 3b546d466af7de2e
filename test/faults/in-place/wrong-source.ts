// In the place of the product's sources: a mapping that has shipped wrong values. Its fingerprint is another one, as that of any other mapping.
import { type Source, source as real, type Translation } from '../../../canonical/source.ts'
export * from '../../../canonical/source.ts'

/** What it takes for one whole order in three. */
export const isWrong = (entity: string): boolean => Number(entity.replaceAll(/\D/g, '')) % 3 === 0

export function source(definition: Source): Translation {
  const made = real(definition), translate: Translation['translate'] = (payload, lookup) => {
    const outcome = made.translate(payload, lookup)
    if ('records' in outcome) for (const it of outcome.records) {
      if (it.model === 'order.v1' && it.value !== null && isWrong(it.entity)) Object.assign(it.value as object, { channel: 'the wrong one', note: 'Ada Lovelace' })
    }
    return outcome
  }
  return { ...made, fingerprint: `wrong-${made.fingerprint}`, translate, translateBytes: (value, lookup) => translate(made.read(value), lookup) }
}
