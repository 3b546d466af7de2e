import { Type, type Static } from 'typebox'
import { findingKinds, findingStatuses, type FindingKindName } from '../../runtime/finding-kinds.ts'
import { nullable } from './nullable.ts'

const kinds = Object.keys(findingKinds) as FindingKindName[]
export const FindingQuery = Type.Object({
  unit: Type.Optional(Type.String({ description: 'At this source or target.' })),
  kind: Type.Optional(Type.String({ description: 'Of this kind, or of all that begin with it: topic, target, balance.' })),
  entity: Type.Optional(Type.String({ description: 'About this entity.' })),
  status: Type.Optional(Type.Enum([...findingStatuses, 'any'] as const, { description: 'How they stand; open unless something else is asked for.' })),
  limit: Type.Optional(Type.String({ description: 'At most so many, up to 1000; 100 unless something else is asked for.', pattern: '^[0-9]{1,4}$' })),
}, { additionalProperties: false })
export const FindingShowQuery = Type.Object({ id: Type.String({ description: 'Identity of the finding.' }) }, { additionalProperties: false })

const head = {
  id: Type.String({ description: 'The same for the same cause, however often it is seen.' }),
  kind: Type.Enum(kinds, { description: 'What differs.' }), unit: Type.String({ description: 'Source or target that it lies at.' }),
  model: nullable(Type.String(), 'Where it is about one model.'), entity: nullable(Type.String(), 'Where it is about one entity.'),
  status: Type.Enum(findingStatuses, { description: 'gone: it was not found any more, without a repair.' }),
  says: Type.String({ description: 'What was found, in one sentence.' }),
  firstSeen: Type.String(), lastSeen: Type.String(), times: Type.Integer({ description: 'How often it was seen.' }),
}
export const Findings = Type.Object({ findings: Type.Array(Type.Object(head)), total: Type.Integer({ description: 'How many fit.' }) })
export const Finding = Type.Object({
  ...head,
  means: Type.String({ description: 'What such a finding means.' }), todo: Type.String({ description: 'What to do.' }), repairable: Type.Boolean({ description: 'Whether sending the entity again can mend it.' }),
  owner: nullable(Type.String(), 'Who owns the unit.'), onCall: nullable(Type.String(), 'Who is called.'), runbook: nullable(Type.String(), 'What to read.'),
  place: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), { description: 'Coordinates of both sides.' }),
  fields: Type.Array(Type.Object({ field: Type.String(), hub: Type.String({ description: 'What the hub says.' }), there: Type.String({ description: 'What the other side holds.' }) }), { description: 'Fields that differ. Values only where their privacy class lets them be shown, else their shape.' }),
  decides: nullable(Type.String(), 'What the agreed rule decides, where there is one.'), closedAt: nullable(Type.String(), 'When it was settled.'),
  acts: Type.Array(Type.Object({ act: Type.String(), actor: Type.String(), at: Type.String(), reason: Type.String() }), { description: 'What people did about it.' }),
})
export type FindingQuery = Static<typeof FindingQuery>
export type Findings = Static<typeof Findings>
export type Finding = Static<typeof Finding>
