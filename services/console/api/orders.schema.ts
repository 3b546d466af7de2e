import { Type, type Static } from 'typebox'
import { acts } from '../../runtime/acts.ts'
import { nullable } from './nullable.ts'
import { Selection } from './rejections.schema.ts'

/** What a person asks for. */
export const Order = Type.Object({
  act: Type.Enum(acts, { description: 'What is to be done.' }),
  subject: Type.Optional(Type.String({ description: 'The source or target that is paused or resumed; the command that is cancelled; the target that is audited, and after a space the model.' })),
  selection: Type.Optional(Selection),
  actor: Type.String({ description: 'Who asks.', minLength: 1 }),
  reason: Type.String({ description: 'Why, in words that a colleague understands next week.', minLength: 3 }),
  perSecond: Type.Optional(Type.Integer({ description: 'Most records a second that a redrive sends.', minimum: 1 })),
}, { additionalProperties: false })
export const Ordered = Type.Object({ id: Type.String({ description: 'Ask /api/command with it.' }) })
export const CommandQuery = Type.Object({ id: Type.String({ description: 'Identity of the command.' }) }, { additionalProperties: false })
export const CommandState = Type.Object({
  id: Type.String(), act: Type.String(), subject: nullable(Type.String(), 'What it is about.'), actor: Type.String(), reason: Type.String(), at: Type.String(),
  status: Type.Enum(['unread', 'running', 'done', 'cancelled', 'refused'], { description: 'unread: the reconciler has not taken it in yet.' }),
  detail: nullable(Type.String(), 'What came of it, or why it was refused.'),
  claimed: Type.Integer({ description: 'Rejections that it claimed.' }), sent: Type.Integer(), outcomes: Type.Record(Type.String(), Type.Integer(), { description: 'What became of them so far.' }),
})
export type Order = Static<typeof Order>
export type Ordered = Static<typeof Ordered>
export type CommandState = Static<typeof CommandState>
