import { Type, type Static } from 'typebox'
import { LostOffsets } from '../../runtime/lost-offsets.ts'

export const LostQuery = Type.Object({
  target: Type.String({ description: 'This target.' }),
  topic: Type.Optional(Type.String({ description: 'Only of this topic; the prefix of the hub may be left out.' })),
}, { additionalProperties: false })
export const LostPlace = Type.Object({ ...LostOffsets.properties, at: Type.String({ description: 'When the target said so last.' }) })
export const Lost = Type.Object({
  target: Type.String(), lost: Type.Array(LostPlace, { description: 'One for each partition that stands still. Offsets are an upper bound of records: transaction markers count as offsets.' }),
})
export type LostQuery = Static<typeof LostQuery>
export type Lost = Static<typeof Lost>
