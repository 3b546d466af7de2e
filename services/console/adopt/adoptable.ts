import { offsetOf } from '../../runtime/kafka/offsets.ts'
import type { AdoptableUnit, Adoptables } from '../api/adopt.schema.ts'
import { continues } from './continues.ts'
import { movedTopics, type MovedUnit } from './moved-topics.ts'
import { type Surroundings, Witness } from './witness.ts'

export interface AdoptParts extends Surroundings { readonly units: readonly string[]; readonly redriveTopics: ReadonlySet<string> }

/** Every partition that stands still because its topic has another id, and whether the new topic continues the old one. Changes nothing. */
export async function adoptables(it: AdoptParts, wanted: string | null): Promise<Adoptables> {
  const { units, silent } = await movedTopics(it), these = units.filter(({ unit }) => wanted === null || unit === wanted)
  const witness = these.length === 0 ? null : await Witness.of(it)
  return { at: new Date().toISOString(), silent: silent.filter((unit) => wanted === null || unit === wanted), units: await Promise.all(these.map((unit) => looked(it, unit, witness!))) }
}

async function looked({ cluster, redriveTopics }: AdoptParts, { unit, stage, moved }: MovedUnit, witness: Witness): Promise<AdoptableUnit> {
  const partitions: AdoptableUnit['partitions'] = []
  for (const it of moved) {
    const { topic, partition, was, now } = it
    const [first, end] = await Promise.all([offsetOf(cluster, topic, partition, 'earliest'), offsetOf(cluster, topic, partition, 'latest')])
    partitions.push({ topic, partition, was, now, first, end, ...await continues({ unit, stage, it, first, end, isRedrive: redriveTopics.has(topic) }, witness) })
  }
  return { unit, fits: partitions.every(({ fits }) => fits), partitions }
}
