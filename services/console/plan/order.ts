import { seconds } from '../../../canonical/micros.ts'
import type { Guarantee } from '../api/plan.schema.ts'
import type { DeclaredRoute } from '../../../canonical/declared-route.ts'

/** Whether an older state of an entity can overwrite a newer one. */
export function order(route: DeclaredRoute): Guarantee {
  const { source, model } = route, strict = model.kind === 'strict'
  const kept = source.version === 'offset' ? 'order of arrival per entity' : 'order per entity: an older state never overwrites a newer one, whoever replays what'
  return {
    promise: strict ? `${kept}; ${source.split.length > 0 ? 'of what comes under one key ' : ''}every record takes effect, in order, through refusals too` : `${kept}; only the newest state counts`,
    by: `the entity is the key of the canonical topic (${model.partitions} partitions); each target guards its rows by (version, revision), and the version is: ${says(route)}${strict ? `; what comes after a refused record of its entity waits behind it, at the source and at the target, and follows in order` : ''}`,
    needs: [...(source.version === 'offset'
      ? ['The source writes the states of an entity to one partition, in order.', 'The source keeps its partitions: an entity that moves to another one counts from small offsets again, and its newer states as older.']
      : ['Partitions are added to the source only up to a multiple of what it has: else entities move between the old ones.']), ...(strict ? keyed : [])],
    weakenedBy: [...weakerVersion(route), ...(strict ? unread(route) : []), ...(source.epoch > 0 ? [`The source was restored from a backup (epoch ${source.epoch}): what it had sent after that backup ranks below everything newer.`] : [])],
    refuses: ['"order across entities": partitions are independent of one another.', ...(strict && source.split.length > 0 ? ['"order through refusals" of what comes under several keys: nobody sees all of it.'] : []), ...(source.version === 'offset' ? ['"an older state never overwrites a newer one": the source gives nothing to tell them apart by.'] : [])],
  }
}

const keyed = [
  'All records of an entity come under one Kafka key, so in one partition of the source: what a refused record holds back is looked for there.',
  'The source topic keeps records for longer than people need to redrive: what waits and is gone there follows only when it is redriven by hand.',
]
function unread({ source, model }: DeclaredRoute): string[] {
  return [
    `A refused record whose entity cannot be read holds back every ${model.model} of its Kafka key, which stands for it; one without a key holds back nothing.`,
    ...source.split.map((it) => `${it} A refused record holds back only what comes in the same partition.`),
  ]
}

const says = ({ versions }: DeclaredRoute): string => [...new Set(versions.map((it) => it.says.replace(/\.$/, '')))].join(' / ')

function weakerVersion({ source, versions }: DeclaredRoute): string[] {
  switch (source.version) {
    case 'position': return []
    case 'offset': return ['The version is our own offset: an old state that the source sends again counts as the newest.']
    case 'updated_at': {
      const coarse = versions.some(({ get }) => get === seconds) ? 'Versions are whole seconds. ' : ''
      return [`${coarse}States of an entity with one and the same time rank by their place in the topic: an older one of them that is sent again wins.`]
    }
  }
}
