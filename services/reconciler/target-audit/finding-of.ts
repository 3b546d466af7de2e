import type { TargetCard } from '../../../canonical/card.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import type { Repeated, WrongTotal } from '../../sink/targets/audit.ts'
import { type Found, markOf } from '../findings/finding.ts'
import { shownFields } from '../findings/shown-fields.ts'
import type { Place } from './expected.ts'
import type { Judgement, RowField } from './judge-rows.ts'

/** Makes findings of one target and model: values only where their privacy class lets everybody of the house see them. */
export function findingsOf(card: TargetCard, model: ModelName, topic: string) {
  const shows = shownFields(model), decides = decisionOf(card, model)
  const masked = ({ path, name, hub, there }: RowField) => ({ field: name, hub: path === null || shows(path) ? hub : shapeOf(hub), there: path === null || shows(path) ? there : shapeOf(there) })
  const found = (it: Pick<Found, 'kind' | 'entity' | 'place' | 'fields' | 'says' | 'mark'> & { about: string; decides?: string | undefined }): Found =>
    ({ unit: card.name, model, ...it, about: `${model} ${it.about}`, decides: it.decides ?? decides(null) })
  return {
    rows: (entity: string, { kind, tables, fields, order }: Judgement, place: Place | null): Found => found({
      kind, entity, about: entity, place: { tables: tables.join(', '), topic, ...place }, fields: fields.slice(0, mostFields).map(masked), decides: decides(order),
      says: `${sentences[kind](card.name, `${model} ${entity}`)} ${fields.slice(0, 5).map((it) => it.name).join(', ')}${fields.length > 5 ? ` and ${fields.length - 5} more` : ''} (${tables.join(', ')}).`,
      mark: markOf(kind, ...fields.flatMap((it) => [it.name, it.hub, it.there])),
    }),
    conflict: (entity: string, places: readonly Place[]): Found => found({
      kind: 'target.conflict', entity, about: entity, place: { topic, records: textOf(places) }, fields: [],
      says: `${model} ${entity} has ${places.length} different states of one version, from different origins; ${card.name} holds the first of them.`, mark: markOf(textOf(places)),
    }),
    repeated: (rule: string, { key, entities }: Repeated): Found => found({
      kind: 'target.repeated', entity: null, about: `${rule} ${key}`, place: { rule, entities: entities.slice(0, mostFields).join(', ') }, fields: [],
      says: `${entities.length} entities of ${model} at ${card.name} break ${rule}: ${entities.slice(0, 5).join(', ')}${entities.length > 5 ? ` and ${entities.length - 5} more` : ''}.`, mark: markOf(...entities),
    }),
    total: ({ table, by, rows, there }: WrongTotal): Found => found({
      kind: 'target.differs', entity: null, about: [table, ...by].join(' '), place: { tables: table, key: by.join(' ') }, fields: [{ field: 'total', hub: rows, there }].map((it) => ({ ...it, hub: shapeOf(it.hub), there: shapeOf(it.there) })),
      says: `${card.name} holds another total in ${table} than its rows add up to: ${by.join(' ')}.`, mark: markOf(rows, there),
    }),
  }
}
const mostFields = 50
const textOf = (places: readonly Place[]): string => places.map((it) => `${it.partition}/${it.offset}`).join(', ')
const sentences: Readonly<Record<Judgement['kind'], (target: string, what: string) => string>> = {
  'target.missing': (target, what) => `${target} lacks of ${what}:`,
  'target.differs': (target, what) => `${target} holds other values of ${what}:`,
  'target.stale': (target, what) => `${target} holds an older state of ${what}:`,
  'target.surplus': (target, what) => `${target} holds of ${what} what nothing stands for:`,
}

/** What the agreed rule says of a difference of this kind. */
export function decisionOf({ conflict, steward }: TargetCard, model: ModelName): (order: Judgement['order']) => string {
  const rule = typeof conflict === 'string' ? conflict : conflict[model] ?? 'ask'
  const says = { hub: 'The hub\'s state holds: repair sends it again.', target: 'What the target holds stands: accept it.', ask: `${steward} decides.` }
  return (order) => `${rule}: ${rule === 'hub-wins' || (rule === 'newest' && order === 'older') ? says.hub : rule === 'target-wins' || (rule === 'newest' && order === 'newer') ? says.target : says.ask}`
}

const shapeOf = (value: string): string => (value === 'null' || value === 'nothing' ? value : `${value.length} characters`)
