import { Type, type Static } from 'typebox'
import { Findings } from './findings.schema.ts'
import { nullable } from './nullable.ts'
import { Rejections } from './rejections.schema.ts'

export const RecordQuery = Type.Object({
  id: Type.String({ description: 'An entity, such as shopify:1001, or an effect key.', minLength: 3 }),
  model: Type.Optional(Type.String({ description: 'Only in the topic of this model; else in all of them, or in that of the effect key.' })),
  before: Type.Optional(Type.String({ description: 'Goes on where an earlier answer ended: its value of before.', pattern: '^[a-z0-9.:,-]+$' })),
  last: Type.Optional(Type.String({ description: 'Looks back over so many offsets of each partition at the most; 100000 unless something else is asked for.', pattern: '^[0-9]{1,12}$' })),
}, { additionalProperties: false })

const Place = Type.Object({ topic: Type.String(), partition: Type.Integer(), offset: Type.Integer() })
const State = Type.Object({
  model: Type.String(), effectKey: Type.String(), version: Type.Integer(), revision: Type.Integer(), deleted: Type.Boolean(),
  canonical: Place, origin: nullable(Place, 'Where the source record lies.'), source: nullable(Type.String(), 'The source that it came from.'),
  writtenAt: Type.String({ description: 'When the source record was written to its topic.' }), translatedAt: nullable(Type.String(), 'When it was translated, by the receipt over it.'),
  mapping: nullable(Type.String(), 'Fingerprint of the mapping that made it; a delete does not say.'),
  mappingIs: Type.Enum(['today', 'earlier', 'unknown'], { description: 'Whether that is the mapping of the console\'s own version.' }),
  targets: Type.Array(Type.Object({ target: Type.String(), at: nullable(Type.String(), 'When the target had dealt with it; null: not yet.') }), { description: 'By the receipts that cover its offset. What became of it there, the rejections below say where it was refused.' }),
})
export const RecordWay = Type.Object({
  entity: Type.String(),
  looked: Type.Array(Type.Object({ model: Type.String(), topic: Type.String(), partition: Type.Integer(), from: Type.Integer({ description: 'Looked back to this offset.' }), earliest: Type.Integer(), until: Type.Integer() })),
  before: nullable(Type.String(), 'To go on: there is more to look at. Null: everything that is kept was looked at.'),
  states: Type.Array(State, { description: 'Its states, the newest first. Without values.' }),
  rejections: Type.Array(Type.Object({ ...Rejections.properties.rejections.items.properties, redrives: Type.Array(Type.Object({ act: Type.String(), actor: Type.String(), at: Type.String(), outcome: nullable(Type.String(), 'Null: not answered yet.') })) })),
  findings: Findings.properties.findings,
})
export type RecordQuery = Static<typeof RecordQuery>
export type RecordWay = Static<typeof RecordWay>
