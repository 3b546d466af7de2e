import { createHash } from 'node:crypto'
import type { FindingKindName } from '../../runtime/finding-kinds.ts'

/** One field that differs. Null: it cannot be told apart by fields. Values are shown only where the schema's privacy class allows it, else their shape. */
export interface FieldDifference { readonly field: string; readonly hub: string; readonly there: string }

/** A difference as an audit has found it. */
export interface Found {
  readonly kind: FindingKindName
  /** Source or target that it lies at. */
  readonly unit: string
  readonly model: string | null
  readonly entity: string | null
  /** What tells it apart from others of its kind: the entity, the origin, the block. Equal ones are one finding. */
  readonly about: string
  readonly place: Readonly<Record<string, string | number>>
  readonly fields: readonly FieldDifference[]
  /** One plain sentence, with the keys in it and without values. */
  readonly says: string
  /** Made of what differs, values included: changes when the difference does. */
  readonly mark: string
  /** What the agreed rule decides, where there is one. */
  readonly decides?: string
}

export const findingId = ({ kind, unit, about }: Pick<Found, 'kind' | 'unit' | 'about'>): string => createHash('sha256').update([kind, unit, about].join('\n')).digest('hex').slice(0, 16)
/** The mark of a difference that is told by these texts. */
export const markOf = (...texts: readonly string[]): string => createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 16)
