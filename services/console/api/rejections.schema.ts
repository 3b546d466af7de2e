import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'

export const instant = 'ISO 8601, with an offset.'

/** Which rejections: those that fit everything that is given. */
export const Selection = Type.Object({
  ids: Type.Optional(Type.Array(Type.String(), { description: 'These.', maxItems: 100_000 })),
  unit: Type.Optional(Type.String({ description: 'Of this source or target.' })),
  group: Type.Optional(Type.String({ description: 'With this cause: see groups.' })),
  code: Type.Optional(Type.String({ description: 'With this error code.' })),
  entity: Type.Optional(Type.String({ description: 'Of this entity.' })),
  since: Type.Optional(Type.String({ description: `Refused at this time or later; ${instant}`, format: 'date-time' })),
  until: Type.Optional(Type.String({ description: `Refused before this time; ${instant}`, format: 'date-time' })),
}, { additionalProperties: false })

const { ids: _ids, ...asQuery } = Selection.properties
export const status = ['open', 'redriving', 'closed'] as const
export const RejectionQuery = Type.Object({
  ...asQuery,
  status: Type.Optional(Type.Enum([...status, 'any'] as const, { description: 'How they stand; open unless something else is asked for.' })),
  limit: Type.Optional(Type.String({ description: 'At most so many, up to 1000; 100 unless something else is asked for.', pattern: '^[0-9]{1,4}$' })),
}, { additionalProperties: false })
export const ShowQuery = Type.Object({
  id: Type.String({ description: 'Identity of the rejection.' }),
  raw: Type.Optional(Type.Enum(['true', 'false'], { description: 'With the original bytes: only for who has the right to.' })),
}, { additionalProperties: false })

const Problem = Type.Object({
  field: Type.String({ description: 'Canonical field.' }), from: Type.Array(Type.String(), { description: 'Paths in the payload.' }),
  code: Type.String(), expected: Type.String(), got: Type.String({ description: 'The shape of what was there, never the value.' }),
})
const head = {
  id: Type.String({ description: 'Identity: where the record lay, and the stage.' }),
  stage: Type.Enum(['translate', 'deliver']), unit: Type.String(), code: Type.String(), says: Type.String({ description: 'What the code means.' }),
  group: Type.String({ description: 'Equal for equal causes.' }),
  entity: nullable(Type.String(), 'Where it could be read.'),
  status: Type.Enum(status), outcome: nullable(Type.String(), 'What became of it in the end.'),
  attempt: Type.Integer({ description: '1 at first.' }), at: Type.String({ description: 'When it was refused.' }),
  originTime: Type.String({ description: 'When the record was written to its topic.' }),
}
export const Rejections = Type.Object({
  rejections: Type.Array(Type.Object(head)),
  total: Type.Integer({ description: 'How many fit.' }),
})
export const Groups = Type.Object({
  groups: Type.Array(Type.Object({
    group: Type.String(), unit: Type.String(), code: Type.String(), says: Type.String(), todo: Type.String({ description: 'What to do.' }), owner: nullable(Type.String(), 'Who owns the unit.'),
    fields: Type.Array(Type.String(), { description: 'The fields that were refused.' }), expected: Type.Array(Type.String()),
    count: Type.Integer(), entities: Type.Integer({ description: 'Different entities, where they could be read.' }), oldest: Type.String(), newest: Type.String(),
    sample: Type.String({ description: 'Identity of the newest of them.' }),
  })),
  total: Type.Integer(),
})
export const Rejection = Type.Object({
  ...head, todo: Type.String({ description: 'What to do.' }), owner: nullable(Type.String(), 'Who owns the unit.'), onCall: nullable(Type.String(), 'Who is called.'), runbook: nullable(Type.String(), 'What to read.'),
  problems: Type.Array(Problem), version: nullable(Type.Integer(), 'Version of the state, where it could be read.'), mapping: Type.String({ description: 'Fingerprint of the mapping that refused it.' }),
  origin: Type.Object({ topic: Type.String(), partition: Type.Integer(), offset: Type.Integer() }), traceparent: nullable(Type.String(), 'The trace that came with it.'),
  shape: nullable(Type.Unknown(), 'The payload with each value masked; null where it is no JSON or its bytes are gone.'),
  bytes: nullable(Type.Object({ key: nullable(Type.String(), 'Base64.'), value: nullable(Type.String(), 'Base64.'), headers: Type.Array(Type.Object({ name: Type.String(), value: nullable(Type.String(), 'Base64.') })) }), 'The original, for who has the right to.'),
  redrives: Type.Array(Type.Object({ command: Type.String(), act: Type.String(), actor: Type.String(), reason: Type.String(), at: Type.String(), outcome: nullable(Type.String(), 'What came of it.') })),
})
const will = Type.Enum(['pass', 'be filtered', 'fail again', 'not be sent', 'be applied', 'be there already', 'be superseded', 'be tried', 'follow'], {
  description: 'pass: through its source. be applied, be there already, be superseded: by what the target holds. be tried: unknown until then; says tells why. follow: it waits behind another.',
})
const forecast = { will, says: Type.String({ description: 'What would happen.' }), count: Type.Integer(), sample: Type.String({ description: 'Identity of one of them.' }) }
export const Forecast = Type.Object({
  total: Type.Integer({ description: 'Open rejections that fit.' }),
  outcomes: Type.Array(Type.Object({ unit: Type.String(), ...forecast }), { description: 'What would become of the rejections, each counted once: at their source, or at the target that refused them.' }),
  targets: Type.Array(Type.Object({ target: Type.String(), model: Type.String(), ...forecast }), { description: 'What would become of the canonical records that rejections of sources turn into, each counted once at every target that takes its model.' }),
  records: Type.Array(Type.Object({
    id: Type.String({ description: 'Identity of the rejection.' }), target: nullable(Type.String(), 'Null: it reaches none.'), model: nullable(Type.String(), 'Of the canonical record.'), entity: nullable(Type.String(), 'Of the canonical record.'),
    will, says: Type.String({ description: 'With the version that supersedes it.' }),
  }), { description: 'The same for single records, the first thousand.' }),
})
export type Selection = Static<typeof Selection>
export type RejectionQuery = Static<typeof RejectionQuery>
export type Rejections = Static<typeof Rejections>
export type Groups = Static<typeof Groups>
export type Rejection = Static<typeof Rejection>
export type Forecast = Static<typeof Forecast>
