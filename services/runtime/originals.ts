import { rejectionCodec } from '../../canonical/codec.ts'
import type { Rejection } from '../../canonical/models.generated.ts'
import { schemaIdOf } from '../../canonical/reader.ts'
import type { Cluster } from './kafka/cluster.ts'
import { readAt } from './kafka/read-at.ts'
import type { Names } from './names.ts'
import type { Registry } from './registry.ts'

const codec = rejectionCodec()
/** Where the ledger says that a rejection lies. */
export interface Place { readonly id: string; readonly unit: string; readonly rejectedPartition: number; readonly rejectedOffset: bigint }
export type Originals = (places: readonly Place[]) => Promise<Map<string, Rejection>>

/** Reads rejections with their bytes back from the rejected topics, by identity. What is gone there is left out. */
export const originals = (cluster: Cluster, names: Names, registry: Pick<Registry, 'schemaOf'>): Originals => async (places) => {
  const found = new Map<string, Rejection>()
  for (const these of Map.groupBy(places.filter((it) => it.rejectedPartition >= 0), (it) => `${it.unit}/${it.rejectedPartition}`).values()) {
    const { unit, rejectedPartition } = these[0]!
    for (const { value } of (await readAt(cluster, names.rejected(unit), rejectedPartition, these.map((it) => Number(it.rejectedOffset)))).values()) {
      const schema = value === null ? null : await registry.schemaOf(schemaIdOf(value))
      if (value === null || schema === null) continue
      const rejection = codec.decode(value, () => schema)
      found.set(rejection.id, rejection)
    }
  }
  return found
}
