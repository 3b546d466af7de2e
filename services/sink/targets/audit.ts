import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Settings, Values } from '../../runtime/settings.ts'

/** The state of an entity as its canonical record says it. Content null: deleted. */
export interface State { readonly entity: string; readonly effectKey: string; readonly version: number; readonly revision: number; readonly content: object | null }

/** One of a target's tables, or what answers to one. `path`: the canonical field of a column, null for what tells rows apart. */
export interface AuditTable { readonly name: string; readonly holds: 'states' | 'items' | 'deletes'; readonly columns: readonly { readonly name: string; readonly path: string | null }[] }
/** What a target holds of a model, in the form of `RowBytes`: the first cell is the name of the table. `place` tells items of one list apart. */
export interface AuditRow { readonly table: number; readonly place: string; readonly bytes: Buffer }

/** As of one moment: where a target stands in a canonical topic, and which of its records it has refused. */
export interface Stand {
  readonly topicId: string | null
  readonly positions: ReadonlyMap<number, number>
  readonly open: ReadonlyMap<number, ReadonlySet<number>>
}
export interface Sum { readonly rows: number; readonly sum: bigint }
/** Sums by the control totals of the model's card, whole numbers of 10^-9. */
export interface BucketSum extends Sum { readonly bucket: number; readonly totals: ReadonlyMap<string, bigint> }
/** A running total that is not what its rows add up to. */
export interface WrongTotal { readonly table: string; readonly by: readonly string[]; readonly rows: string; readonly there: string }

/** Entities that have the same values, told apart from others by `key`, which shows none of them. */
export interface Repeated { readonly key: string; readonly entities: readonly string[] }

/** A target of one moment: everything that it answers belongs together. */
export interface Snapshot {
  readonly stand: Stand
  /** Control totals of the model's card that it can add up. */
  readonly totals: readonly string[]
  /** How many rows or items were read for it so far. */
  readonly read: number
  /** Everything it holds, in buckets of entities: bucket n begins at bounds[n - 1]. Bounds are sorted by their bytes. */
  buckets(bounds: readonly string[]): Promise<readonly BucketSum[]>
  /** Each entity from `from` (null: the first) to before `to`. */
  entities(from: string | null, to: string | null): Promise<ReadonlyMap<string, Sum>>
  /** Null: something is on its way there, so that nothing can be said. */
  rows(entities: readonly string[]): Promise<ReadonlyMap<string, readonly AuditRow[] | null>>
  wrongTotals(): Promise<readonly WrongTotal[]>
  /** Entities that are alike in all of these fields; a target that is no database takes no rule that asks for it. */
  repeated?(fields: readonly string[]): Promise<readonly Repeated[]>
}

/** Reads one target for one model. Shares card and mapping with what writes it, and no code. */
export interface ModelAudit {
  readonly tables: readonly AuditTable[]
  /** The rows that a state comes to; `bytes` is a view until the next. */
  rowsOf(state: State, each: (table: number, place: string, bytes: Buffer) => void): void
  stand(): Promise<Stand>
  snapshot<T>(work: (it: Snapshot) => Promise<T>): Promise<T>
}
export interface OpenAudit {
  of(model: ModelName, topic: string): ModelAudit
  close(): Promise<void>
}
/** How a target is audited: the settings it reads, and what is made of them; null where they are not given. */
export interface TargetAudit {
  readonly settings: Settings
  open(values: Readonly<Record<string, unknown>>): OpenAudit | null
}
export const targetAudit = <S extends Settings>(it: { settings: S; open: (values: Values<S>) => OpenAudit | null }): TargetAudit => it as TargetAudit
