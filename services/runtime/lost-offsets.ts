import { Type, type Static } from 'typebox'

/** Offsets of one partition that its topic does not hold any more, as they are told and ordered about. */
export const LostOffsets = Type.Object({
  topic: Type.String({ description: 'The topic.' }), topicId: Type.String({ description: 'Its id.' }), partition: Type.Integer({ minimum: 0 }),
  from: Type.Integer({ description: 'Where the target stands.', minimum: 0 }), to: Type.Integer({ description: 'Where the topic begins now.', minimum: 1 }),
})
export type LostOffsets = Static<typeof LostOffsets>
