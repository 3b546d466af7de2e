import type { SourceName } from './sources.ts'
import type { Currency } from './money.ts'

/** What the hub should know of one entity, as far as the records that were sent so far say. Kept by the manifest. */
export interface Tracked {
  readonly model: Model
  readonly entity: string
  newest: Given | null
  /** The states (by their number) that were sent, beside the newest. */
  readonly seen: number[]
}
export type Model = 'order.v1' | 'customer.v1' | 'product.v1' | 'payment.v1' | 'stock-level.v1'
export const track = (model: Model, entity: string): Tracked => ({ model, entity, newest: null, seen: [] })

/** An amount that a target can sum up. */
export interface Sum { name: string; currency: Currency | null; minor: number; customer?: string | null }

/** One canonical record that must come out of a source record. Equal `state` of one entity means equal content. */
export interface Given { tracked: Tracked; state: number; version: number; deleted: boolean; sums: readonly Sum[] }

/** A source record before it is written down, and what must become of it. */
export interface Draft {
  source: SourceName
  key: string
  /** Null is a tombstone. */
  payload: object | null
  gives: readonly Given[]
  filtered: string | null
  /** Makes a newer state of the same thing, where there is one: its draft goes out first, and this one arrives stale. */
  again: (() => Draft | null) | null
}
