import type { VerifiedRow } from '../balance/verified.ts'
import type { Endpoint, Trouble } from '../api/status.schema.ts'

/** One way of a record through the hub, as the cards and mappings declare it. */
export interface RouteSpec {
  readonly source: string; readonly model: string; readonly target: string
  readonly sourceTopic: string; readonly sourcePartitions: number; readonly translatorGroup: string
  readonly canonicalTopic: string; readonly canonicalPartitions: number
}

/** What the ledger knows. */
export interface LedgerEvidence {
  readonly states: readonly { unit: string; topic: string; partition: number; state: string; code: string | null; reason: string | null; position: bigint; instance: string; at: Date }[]
  /** The last receipt of each partition of each unit. */
  readonly latest: readonly { unit: string; topic: string; partition: number; next: bigint; newest: Date | null; at: Date }[]
  readonly counts: readonly { stage: string; unit: string; originTopic: string; model: string; outcome: string; count: bigint }[]
  readonly breaks: { readonly gaps: number; readonly overlaps: number }
  /** How far each target is proven, by source partition. */
  readonly verified: readonly VerifiedRow[]
  /** How far the reconciler has read. */
  readonly read: readonly { topic: string; partition: number; next: bigint }[]
}

/** What Kafka knows. Ends are last stable offsets by partition; topics that do not exist are left out. */
export interface KafkaEvidence {
  readonly ends: ReadonlyMap<string, readonly number[]>
  /** By group, then `topic/partition`. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/** Everything a status is made of. What is null could not be asked; `lacks` says why. */
export interface Evidence {
  readonly now: Date
  readonly hub: string
  readonly routes: readonly RouteSpec[]
  readonly statesTopic: string
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly ledger: LedgerEvidence | null
  readonly kafka: KafkaEvidence | null
  readonly lacks: readonly Trouble[]
}
