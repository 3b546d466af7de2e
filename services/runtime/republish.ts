import { type Static, Type } from 'typebox'
import { orderHeader } from './order-header.ts'

/** Which canonical record of those that a source record gives, and the revision that it is to have. */
export const Given = Type.Object({ model: Type.String(), entity: Type.String(), version: Type.Integer(), revision: Type.Integer({ minimum: 1 }) })
/** A source record that went through and is to be published again: who asks, in which turn, where it lies, and what of it goes out. */
export const Republish = Type.Object({
  /** Under which it is answered. */
  id: Type.String(),
  /** The turn of the command: its offset on hub.commands. A source's commands take their turns one after the other, and each goes up in the offsets of a partition. */
  turn: Type.Integer({ minimum: 0 }),
  topic: Type.String(), topicId: Type.String(), partition: Type.Integer({ minimum: 0 }), offset: Type.Integer({ minimum: 0 }),
  /** Fingerprint of the mapping that was looked at when it was decided; null: whatever is in force. */
  mapping: Type.Union([Type.String(), Type.Null()]),
  give: Type.Array(Given),
})
export type Given = Static<typeof Given>
export type Republish = Static<typeof Republish>

/** The order as a header of the source record. */
export const republishOrder = orderHeader('hub_republish', Republish)

/** Which state of which entity, as a text to compare by. */
export const stateKey = ({ model, entity, version }: Pick<Given, 'model' | 'entity' | 'version'>): string => `${model} ${entity}@${version}`
