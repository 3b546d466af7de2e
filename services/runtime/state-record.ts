import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { LostOffsets } from './lost-offsets.ts'
import { Moved } from './topic-moved.ts'
import type { UnitState } from './states.ts'

const textOrNull = Type.Union([Type.String(), Type.Null()])
const schema = Compile(Type.Object({
  unit: Type.String(), stage: Type.Enum(['translate', 'deliver']), topic: Type.String(), partition: Type.Integer({ minimum: 0 }),
  state: Type.Enum(['acquiring', 'running', 'paused', 'stopped', 'lost']), code: textOrNull, reason: textOrNull,
  position: Type.Integer({ minimum: -1 }), instance: Type.String(), at: Type.String({ format: 'date-time' }),
  lost: Type.Optional(Type.Union([LostOffsets, Type.Null()])),
  moved: Type.Optional(Type.Array(Moved)),
}))

/** What a lease holder said, or null: a state that cannot be read says nothing, and the next follows within ten seconds. */
export function stateOf(value: Buffer): UnitState | null {
  let said: unknown
  try { said = JSON.parse(value.toString()) } catch { return null }
  return schema.Check(said) ? said : null
}
