import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import { type FieldDifference, type Found, markOf } from '../findings/finding.ts'
import type { AuditedPart } from './audited-part.ts'
import { fieldDifferences } from './field-differences.ts'
import type { Difference } from './judge.ts'
import type { SeenReader } from './seen-reader.ts'
import type { PartDifference, Stray } from './topic-audit.ts'

/** One cause: what this record gives of this entity. */
export const aboutOf = ({ topic, partition }: Pick<AuditedPart, 'topic' | 'partition'>, { offset, model, entity, revision }: Pick<Difference, 'offset' | 'model' | 'entity' | 'revision'>): string =>
  `${topic}/${partition}/${offset} ${model} ${entity}${revision === 0 ? '' : ` r${revision}`}`

/** Each record that should not be there is a cause of its own. */
const isExtra = ({ kind, seen }: Difference): boolean => seen !== null && (kind === 'topic.doubled' || kind === 'topic.orphan')

/** A difference as it is kept: with the coordinates of both sides, and the fields where the record says something else. */
export async function describe(it: PartDifference, cluster: Cluster, canonical: (model: string) => string, reader: SeenReader): Promise<Found> {
  const { kind, part, offset, model, entity, seen, wanted } = it, { topic, partition, unit } = part
  const origin = `${topic}/${partition} at ${offset}`, lane = (seen?.lane ?? wanted?.lane ?? '').split('/').at(-1)!
  const there = `${canonical(model)}/${lane}${seen === null ? '' : ` at ${seen.at}`}`, what = `${model} ${entity} of ${origin}`
  const says = {
    'topic.missing': `${what} is not in ${there}.`,
    'topic.doubled': `${what} lies in ${there} once more.`,
    'topic.altered': `${what} says something else in ${there} than its source record gives.`,
    'topic.reordered': `${what} lies in ${there}, behind a later state.`,
    'topic.orphan': `${what} lies in ${there}, and the source record gives none.`,
  }[kind]
  return {
    kind, unit, model, entity, about: isExtra(it) ? `${aboutOf(part, it)} ${seen!.lane} ${seen!.at}` : aboutOf(part, it), says,
    place: { topic, partition, offset, canonicalTopic: canonical(model), canonicalPartition: Number(lane), ...(seen === null ? {} : { canonicalOffset: seen.at }) },
    fields: kind === 'topic.altered' ? await fieldsOf(it, cluster, canonical(model), reader) : [],
    mark: markOf(kind, seen === null ? '' : `${seen.lane} ${seen.at} ${seen.mark}`, `${wanted?.mark ?? ''}`),
  }
}

/** Both sides once more, for a person. */
async function fieldsOf({ part, offset, model, seen, wanted }: PartDifference, cluster: Cluster, topic: string, reader: SeenReader): Promise<FieldDifference[]> {
  if (seen === null || wanted === null) return []
  const differing: FieldDifference[] = [], lane = Number(seen.lane.split('/').at(-1))
  const meta = (field: string, hub: string | number, there: string | number) => { if (hub !== there) differing.push({ field, hub: `${hub}`, there: `${there}` }) }
  meta('(partition)', wanted.lane, seen.lane)
  if (!seen.keyed) differing.push({ field: '(key)', hub: 'the entity', there: 'another key' })
  meta('meta.version', wanted.version, seen.version)
  if (seen.mapping !== null) meta('meta.mapping', wanted.mapping, seen.mapping)
  const [source, record] = [(await readAt(cluster, part.topic, part.partition, [offset])).get(offset), (await readAt(cluster, topic, lane, [seen.at])).get(seen.at)]
  if (source === undefined || record === undefined) return differing
  const hub = part.expectation.contentOf(source.value, wanted), there = record.value === null ? null : await reader.content(model, record.value)
  if (hub === null || there === null) { meta('(record)', hub === null ? 'a delete' : 'a state', there === null ? 'a delete' : 'a state'); return differing }
  differing.push(...fieldDifferences(model, hub, there))
  if (differing.length === 0) meta('meta', 'as the source says', 'effect key, time or origin differ')
  return differing
}

/** What names no source record lies at whichever source gives its model. */
export function describeStray({ lane, at, says }: Stray, unit: string): Found {
  const where = `${lane.topic}/${lane.partition}`
  return {
    kind: 'topic.orphan', unit, model: lane.model, entity: null, about: `${where}/${at}`, place: { canonicalTopic: lane.topic, canonicalPartition: lane.partition, canonicalOffset: at }, fields: [],
    says: `The record in ${where} at ${at} stands for no source record: ${says}.`, mark: markOf('topic.orphan', where, `${at}`),
  }
}
