import { type Static, Type } from 'typebox'
import { nullable } from './nullable.ts'

export const AdoptableQuery = Type.Object({ unit: Type.Optional(Type.String({ description: 'Only this source or target, or books: the hub\'s own topics.' })) }, { additionalProperties: false })
const AdoptableUnit = Type.Object({
  unit: Type.String({ description: 'Source or target; books: the hub\'s own topics, which the reconciler reads.' }),
  fits: Type.Boolean({ description: 'Whether it may be adopted: all of its partitions fit.' }),
  partitions: Type.Array(Type.Object({
    topic: Type.String(), partition: Type.Integer(),
    was: Type.String({ description: 'Id of the topic that was read.' }), now: Type.String({ description: 'Id of the topic that is there now.' }),
    position: nullable(Type.Integer(), 'Next offset to read.'), first: Type.Integer({ description: 'First offset that the topic holds.' }), end: Type.Integer({ description: 'Offset after its last record.' }),
    fits: Type.Boolean({ description: 'Whether the topic demonstrably continues the one that was read.' }), checked: Type.String({ description: 'What was compared, or what differs.' }),
  })),
})
/** Partitions that stand still because their topics have other ids than those that were read. */
export const Adoptables = Type.Object({
  at: Type.String({ description: 'When this was found out.' }),
  units: Type.Array(AdoptableUnit),
  silent: Type.Array(Type.String(), { description: 'Units that have said nothing for 30 seconds: what they remember is not known.' }),
})
export type AdoptableUnit = Static<typeof AdoptableUnit>
export type Adoptables = Static<typeof Adoptables>
