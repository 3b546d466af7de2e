import { Type, type Static } from 'typebox'
import { acts } from '../../runtime/acts.ts'
import { Compared } from '../../runtime/compared.ts'
import { LostOffsets } from '../../runtime/lost-offsets.ts'
import { nullable } from './nullable.ts'
import { instant, Selection } from './rejections.schema.ts'

/** What a person asks for. */
export const Order = Type.Object({
  act: Type.Enum(acts, { description: 'What is to be done.' }),
  subject: Type.Optional(Type.String({ description: 'The source or target that is paused or resumed; the source that is compared or remapped; the command that is cancelled; the finding; the source or target, or books, that is to adopt moved topics; what is audited: a source, or source/partition/from-to; or a target, and after a space the model; the target that is to go on behind lost offsets.' })),
  selection: Type.Optional(Selection),
  actor: Type.String({ description: 'Who asks.', minLength: 1 }),
  reason: Type.String({ description: 'Why, in words that a colleague understands next week.', minLength: 3 }),
  range: Type.Optional(Type.Object({
    from: Type.Optional(Type.String({ description: `From the first record of this time or later. ${instant}`, format: 'date-time' })),
    to: Type.Optional(Type.String({ description: `Up to the first record of this time or later. ${instant}`, format: 'date-time' })),
  }, { description: 'Which part of the source is compared or remapped, by the times of its records; everything without it.', additionalProperties: false })),
  perSecond: Type.Optional(Type.Integer({ description: 'Most records a second that a redrive or a remap sends.', minimum: 1 })),
  offsets: Type.Optional(Type.Array(LostOffsets, { description: 'Of a bootstrap: exactly what the target stands before, as /api/lost names it.', minItems: 1 })),
}, { additionalProperties: false })
export const Ordered = Type.Object({ id: Type.String({ description: 'Ask /api/command with it.' }) })
export const CommandQuery = Type.Object({ id: Type.String({ description: 'Identity of the command.' }) }, { additionalProperties: false })
export const CommandState = Type.Object({
  id: Type.String(), act: Type.String(), subject: nullable(Type.String(), 'What it is about.'), actor: Type.String(), reason: Type.String(), at: Type.String(),
  status: Type.Enum(['unread', 'running', 'done', 'cancelled', 'refused'], { description: 'unread: the reconciler has not taken it in yet.' }),
  detail: nullable(Type.String(), 'What came of it, or why it was refused.'),
  claimed: Type.Integer({ description: 'Rejections that it claimed, or source records that it publishes again.' }), sent: Type.Integer(), counts: Type.Record(Type.String(), Type.Integer(), { description: 'What it has counted so far, where it is an audit.' }), outcomes: Type.Record(Type.String(), Type.Integer(), { description: 'What became of them so far.' }),
  comparison: nullable(Type.Object({
    read: Type.Integer({ description: 'Source records that were looked at.' }), of: Type.Integer({ description: 'Offsets that there are to look at: an upper bound of records.' }), done: Type.Boolean(),
    mapping: nullable(Type.String(), 'Fingerprint of the mapping that it is made with: that of the reconciler\'s own version.'), ...Compared.properties,
  }), 'Of a compare or remap: what today\'s mapping would give, beside what was given.'),
})
export type Order = Static<typeof Order>
export type Ordered = Static<typeof Ordered>
export type CommandState = Static<typeof CommandState>
