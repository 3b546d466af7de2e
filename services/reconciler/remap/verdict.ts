import type { Verdict } from '../../runtime/compared.ts'
import type { Given } from '../../runtime/republish.ts'
import { type Difference, differingFields } from './differing-fields.ts'
import type { State, Today } from './made-today.ts'
import { type Lying, place } from './shipped.ts'

/** States of one source record whose hashes differ: whether their content does is seen when they are read. `otherState`: beside them it gives others than it gave. */
export interface Changed { readonly changed: readonly State[]; readonly lying: ReadonlyMap<string, Lying>; readonly otherState: boolean }
export interface Judged { readonly verdict: Verdict; readonly give: readonly Given[]; readonly differences: readonly (Difference & { readonly model: string })[] }

/** What hashes tell: `lying` is what was made of the record, by state and in the latest revision. */
export function atFirstSight(today: Today, lying: ReadonlyMap<string, Lying> | undefined): Verdict | Changed {
  if (typeof today === 'string') return lying === undefined ? 'same' : today
  if (lying === undefined) return 'was-not-there'
  const keys = new Set(today.states.map(({ key }) => key)), changed = today.states.filter(({ key, hash }) => lying.has(key) && lying.get(key)!.hash !== hash)
  const otherState = [...keys].some((key) => !lying.has(key)) || [...lying.keys()].some((key) => !keys.has(key))
  return changed.length > 0 ? { changed, lying, otherState } : otherState ? 'another-state' : 'same'
}

/** What the contents tell: which records are published again, with which revision, and why. `all`: everything that lies there by state, whatever it was made of. */
export function onReading({ changed, lying, otherState }: Changed, all: ReadonlyMap<string, readonly Lying[]>, given: (it: Lying) => object | null | undefined, made: ReadonlyMap<string, object | null> | undefined): Judged {
  const give: Given[] = [], differences: (Difference & { model: string })[] = []
  let passed = false, gone = false
  for (const { key, model, entity, version } of changed) {
    const mine = lying.get(key)!, was = given(mine)
    if (was === undefined || made?.has(key) !== true) { gone = true; continue }
    // A model that has got a field gives other bytes for the same content.
    const these = differingFields(model, was, made.get(key)!), others = all.get(key)!
    if (these.length === 0) continue
    if (others.some((it) => takesThePlaceOf(it, mine))) { passed = true; continue }
    give.push({ model, entity, version, revision: 1 + others.reduce((most, { revision }) => Math.max(most, revision), 0) })
    differences.push(...these.map((it) => ({ ...it, model })))
  }
  return { verdict: give.length > 0 ? 'differs' : otherState ? 'another-state' : passed ? 'passed' : gone ? 'was-not-there' : 'same', give, differences }
}

/** Invariant 3: of equal versions a later record of the partition is the newer. A raised revision of the earlier one would overwrite it. */
const takesThePlaceOf = (it: Lying, mine: Lying): boolean => it.hash !== mine.hash && place(it.origin) !== place(mine.origin)
  && (it.revision > mine.revision || (it.revision === mine.revision && it.origin.partition === mine.origin.partition && it.origin.offset > mine.origin.offset))
