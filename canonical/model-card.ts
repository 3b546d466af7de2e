import { checked, isCount, whatIsMissing, wrongDuration } from './card.ts'
import type { Decimal } from './decimal.ts'
import type { Duration } from './duration.ts'
import { getter } from './field-reader.ts'
import type { At, Path } from './mapping.ts'
import type { ModelName, Models } from './models.generated.ts'

/** A control total: a sum that both sides of a route must agree on, as data, so that a target can compute it too. */
export interface Total<M extends ModelName> {
  readonly says: string
  /** The amount that is summed up. */
  readonly sum: PathOf<Models[M], Decimal | null>
  /** One sum for each value of these: currencies are never added up. */
  readonly per: readonly PathOf<Models[M], string | null>[]
}
type PathOf<S, V> = { [P in Path<S>]: At<S, P> extends V ? P : never }[Path<S>]

/** What a model declares about its topic. */
export interface ModelCard<M extends ModelName = ModelName> {
  readonly model: M
  /** What the topic carries, in one sentence. */
  readonly says: string
  /** `state`: only the newest record of an entity counts. `strict`: every record counts, in order. */
  readonly kind: 'state' | 'strict'
  /** Partitions of the canonical topic; never read from the broker, for a key has to stay where it is. */
  readonly partitions: number
  /** How long the topic keeps records. */
  readonly retention: 'forever' | Duration
  /** Control totals by name. */
  readonly totals: { readonly [name: string]: Total<M> }
  readonly owner: string
  readonly steward: string
}

/** A model's card, checked when it is loaded. */
export function modelCard<M extends ModelName>(card: ModelCard<M>): ModelCard<M> {
  const wrong = [...whatIsMissing(card, ['says', 'owner', 'steward']), ...(isCount(card.partitions) ? [] : [`partitions is ${card.partitions}, not a whole number from 1`]),
    ...(card.retention === 'forever' ? [] : wrongDuration('retention', card.retention))]
  return checked('model', card, wrong)
}

/** Reads what one record adds to the control totals, by the names that receipts use: `total EUR`. A delete adds nothing. */
export function controlTotals<M extends ModelName>(card: ModelCard<M>): (content: Models[M] | null) => Record<string, Decimal> {
  const totals = Object.entries(card.totals).map(([name, { sum, per }]) => ({ sum: getter(sum), key: keyReader(name, per.map(getter)) }))
  return (content) => {
    const found: Record<string, Decimal> = {}
    if (content === null) return found
    for (const { sum, key } of totals) {
      const amount = sum(content) as Decimal | null | undefined
      if (amount !== null && amount !== undefined) found[key(content)] = amount
    }
    return found
  }
}

/** Keys are few and come again and again: one that was put together before is used again, for a new text has to be hashed by whoever looks it up. */
function keyReader(name: string, per: readonly ((content: object) => unknown)[]): (content: object) => string {
  const known = new Map<unknown, string>(), first = per[0]
  const keyOf = (content: object): string => per.reduce((key, part) => `${key} ${part(content)}`, name)
  if (first === undefined) return () => name
  if (per.length > 1) return keyOf
  return (content) => {
    const part = first(content)
    let key = known.get(part)
    if (key === undefined) { key = keyOf(content); if (known.size < mostKeys) known.set(part, key) }
    return key
  }
}
const mostKeys = 500
