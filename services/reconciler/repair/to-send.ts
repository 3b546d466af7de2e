import type { SourceCard } from '../../../canonical/card.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Translation } from '../../../canonical/source.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { Given } from '../../runtime/republish.ts'
import { MadeToday } from '../remap/made-today.ts'
import { type ReadState, StateReader } from '../target-audit/read-state.ts'

export interface Around { readonly cluster: Cluster; readonly names: Names; readonly registry: Pick<Registry, 'schemaOf'>; readonly sources: readonly { readonly card: SourceCard; readonly source: Translation }[] }
/** What a finding says of where it lies: see the audits that write it. */
export interface Lies { readonly kind: string; readonly model: ModelName; readonly entity: string; readonly place: Readonly<Record<string, string | number>> }
/** One source record, and which of the records that it gives is to go out again. */
export interface ToSend { readonly source: string; readonly topicId: string; readonly partition: number; readonly offset: number; readonly give: Given }

/** The source record that mends a finding, with a revision above all that is known of its state; or why there is none. */
export async function toSend(around: Around, { kind, model, entity, place }: Lies): Promise<ToSend | string> {
  const { cluster, names, sources } = around
  if (kind.startsWith('target.')) {
    const state = await stateAt(around, model, `${place['topic']}`, Number(place['partition']), Number(place['offset']))
    if (state === null) return 'The canonical record that the target should hold is not there any more.'
    const { version, revision, origin } = state, of = sources.find(({ card }) => names.topic(card.topic) === origin.topic)
    return of === undefined ? `${origin.topic} is the topic of no source of this hub.` : { ...(await at(cluster, origin.topic, of.card.name)), partition: origin.partition, offset: origin.offset, give: { model, entity, version, revision: revision + 1 } }
  }
  const topic = `${place['topic']}`, partition = Number(place['partition']), offset = Number(place['offset']), of = sources.find(({ card }) => names.topic(card.topic) === topic)
  if (of === undefined) return `${topic} is the topic of no source of this hub.`
  const record = (await readAt(cluster, topic, partition, [offset])).get(offset)
  if (record === undefined) return 'The source record is not there any more.'
  const today = new MadeToday(of.source, of.card).states(record.value)
  const state = typeof today === 'string' ? undefined : today.states.find((it) => it.model === model && it.entity === entity)
  if (state === undefined) return 'By the mapping of today the source record does not give this entity.'
  const lying = place['canonicalOffset'] === undefined ? null : await stateAt(around, model, `${place['canonicalTopic']}`, Number(place['canonicalPartition']), Number(place['canonicalOffset']))
  return { ...(await at(cluster, topic, of.card.name)), partition, offset, give: { model, entity, version: state.version, revision: (lying?.revision ?? 0) + 1 } }
}

const at = async (cluster: Cluster, topic: string, source: string) => ({ source, topicId: (await cluster.mustKnow(topic)).id })

async function stateAt({ cluster, registry }: Around, model: ModelName, topic: string, partition: number, offset: number): Promise<ReadState | null> {
  const record = (await readAt(cluster, topic, partition, [offset])).get(offset)
  return record === undefined ? null : (await new StateReader(model, registry).read([record]))[0] ?? null
}
