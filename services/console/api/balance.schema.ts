import { Type, type Static } from 'typebox'
import { nullable } from './nullable.ts'

export const periods = ['minute', 'hour', 'day', 'run'] as const
const instant = (says: string) => Type.Optional(Type.String({ description: `${says} ISO 8601, with an offset.`, format: 'date-time' }))

export const BalanceQuery = Type.Object({
  source: Type.Optional(Type.String({ description: 'Of this source.' })),
  target: Type.Optional(Type.String({ description: 'Of this target, and the sources that feed it.' })),
  from: instant('Blocks with records that were written at this time or later.'),
  to: instant('Blocks with records that were written before this time.'),
  by: Type.Optional(Type.Enum(periods, { description: 'One line for each minute, hour or day in which a block begins (UTC); run, the default: one line for all of it.' })),
}, { additionalProperties: false })

const count = (description: string) => Type.Integer({ description })
const outcomes = Type.Record(Type.String(), Type.Integer(), { description: 'Records by what became of them.' })
const period = nullable(Type.String(), 'Begin of the minute, hour or day; null where the line stands for all, or nobody has said when its records were written.')

export const SourceLine = Type.Object({
  period, source: Type.String(), read: count('Source records that were read.'), outcomes, accepted: count('Differences that a person has accepted.'), remainder: count('read − outcomes − accepted: 0 is right.'),
})
export const TargetLine = Type.Object({
  period, source: Type.String(), model: Type.String(), target: Type.String(),
  emitted: count('Canonical records that the source has given.'), read: count('Of them, what the target has read.'), outcomes,
  accepted: count('Records that never arrived, which a person has accepted.'),
  remainder: count('emitted − outcomes − accepted: 0 is right, anything else is on its way or differs.'),
  settled: Type.Enum(['balanced', 'on its way', 'differs'] as const, { description: 'balanced: the sets are equal, key by key, but for exactly what was accepted. differs: settled, and not equal. Of all blocks in the line.' }),
  totals: Type.Array(Type.Object({ name: Type.String({ description: 'Such as total EUR.' }), emitted: Type.String(), target: Type.String() }), { description: 'Control totals on both sides.' }),
})
export const Sheet = Type.Object({
  at: Type.String({ description: 'When it was drawn up.' }), hub: Type.String({ description: 'HUB_NAME; empty without one.' }),
  by: Type.Enum(periods), from: nullable(Type.String(), 'As asked.'), to: nullable(Type.String(), 'As asked.'),
  balanced: Type.Boolean({ description: 'No remainder, and every block is balanced.' }),
  sources: Type.Array(SourceLine), targets: Type.Array(TargetLine),
})

export const VerifiedQuery = Type.Object({
  target: Type.Optional(Type.String({ description: 'This target; all without it.' })),
  at: instant('Whether everything up to this time is proven to be there.'),
}, { additionalProperties: false })

export const whys = ['translate', 'deliver', 'difference', 'look'] as const
export const Hold = Type.Object({
  source: Type.String(), topic: Type.String(), partition: Type.Integer(), offset: Type.Integer({ description: 'Everything before it is proven.' }),
  time: nullable(Type.String(), 'Kafka time of the oldest record that is not proven; null where none waits.'),
  why: Type.Enum(whys, { description: 'translate: not translated yet. deliver: on its way to the target. difference: see the findings. look: nothing waits, and nobody has looked since.' }),
  says: Type.String({ description: 'The same in words, with what to do.' }),
})
export const TargetVerified = Type.Object({
  target: Type.String(),
  through: nullable(Type.String(), 'The instant before which it holds everything that it should; null: nobody has looked.'),
  age: nullable(Type.Number(), 'Seconds since then.'),
  proven: nullable(Type.Boolean(), 'Whether everything up to the time that was asked for is there; null where none was.'),
  accepted: Type.Integer({ description: 'So many records never arrived, and a person has accepted that: what is proven is proven without them.' }),
  held: Type.Array(Hold, { description: 'What holds it back, the oldest first: from the asked time, else at all.' }),
})
export const Verified = Type.Object({ at: Type.String({ description: 'When this was found out.' }), targets: Type.Array(TargetVerified) })

export type BalanceQuery = Static<typeof BalanceQuery>
export type SourceLine = Static<typeof SourceLine>
export type TargetLine = Static<typeof TargetLine>
export type Sheet = Static<typeof Sheet>
export type VerifiedQuery = Static<typeof VerifiedQuery>
export type TargetVerified = Static<typeof TargetVerified>
export type Verified = Static<typeof Verified>
