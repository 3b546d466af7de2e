import type { Origin } from '../../runtime/books.ts'
import type { HeldState } from '../../sink/targets/held.ts'
import type { Forecast } from '../api/rejections.schema.ts'

/** Which state of an entity a record is. */
export interface State { readonly entity: string; readonly version: number; readonly revision: number; readonly effectKey: string; readonly origin: Origin }
/** What would become of a record. `precisely` is for that record alone, where `says` holds for many. */
export interface Said { readonly will: Forecast['outcomes'][number]['will']; readonly says: string; readonly precisely?: string }

/**
 * How a state stands to what a target holds of its entity: by version and revision; equal ones of one origin partition by their offsets, of different partitions
 * by nothing. Written anew for the forecast, for the writers' own comparison would repeat their mistakes.
 */
export function standing(state: State, held: HeldState | undefined): Said {
  if (held === undefined) return { will: 'be applied', says: 'The target holds nothing of its entity.' }
  if (held.effectKey === state.effectKey) return { will: 'be there already', says: 'The target holds exactly this state.' }
  const later = state.version !== held.version ? state.version > held.version : state.revision !== held.revision ? state.revision > held.revision : null
  if (later === true) return { will: 'be applied', says: 'The target holds an older state.' }
  const by = `version ${held.version}${held.revision > 0 ? `.${held.revision}` : ''}${held.deleted ? ', a delete' : ''}`
  if (later === false) return { will: 'be superseded', says: 'The target holds a newer version.', precisely: `Superseded by ${by}.` }
  if (held.origin.topic !== state.origin.topic || held.origin.partition !== state.origin.partition) return { will: 'be superseded', says: 'The target holds the same version with other content from another partition: a conflict that nobody can order.', precisely: `In conflict with ${by}.` }
  return held.origin.offset > state.origin.offset ? { will: 'be superseded', says: 'The target holds a later state of the same version.', precisely: `Superseded by ${by}.` } : { will: 'be applied', says: 'The target holds an earlier state of the same version.' }
}
