import { seconds } from '../../../canonical/micros.ts'
import type { Guarantee } from '../api/plan.schema.ts'
import type { DeclaredRoute } from '../../../canonical/declared-route.ts'

/** Whether an older state of an entity can overwrite a newer one. */
export function order(route: DeclaredRoute): Guarantee {
  const { source, model } = route
  const kept = source.version === 'offset' ? 'order of arrival per entity' : 'order per entity: an older state never overwrites a newer one, whoever replays what'
  return {
    promise: model.kind === 'strict' ? `${kept}; every record takes effect, in order` : `${kept}; only the newest state counts`,
    by: `the entity is the key of the canonical topic (${model.partitions} partitions); each target guards its rows by (version, revision), and the version is: ${says(route)}`,
    needs: source.version === 'offset'
      ? ['The source writes the states of an entity to one partition, in order.', 'The source keeps its partitions: an entity that moves to another one counts from small offsets again, and its newer states as older.']
      : ['Partitions are added to the source only up to a multiple of what it has: else entities move between the old ones.'],
    weakenedBy: [...weakerVersion(route), ...(source.epoch > 0 ? [`The source was restored from a backup (epoch ${source.epoch}): what it had sent after that backup ranks below everything newer.`] : [])],
    refuses: ['"order across entities": partitions are independent of one another.', ...(source.version === 'offset' ? ['"an older state never overwrites a newer one": the source gives nothing to tell them apart by.'] : [])],
  }
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
