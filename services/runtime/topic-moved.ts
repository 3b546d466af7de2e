import { type Static, Type } from 'typebox'
import type { CodeOf } from './codes.ts'
import { Stopped } from './failure.ts'

/** A partition whose topic has another id than the one that was read. `position` null: none is stored any more; `first`: where reading began, where that is known. */
export const Moved = Type.Object({
  topic: Type.String(), partition: Type.Integer({ minimum: 0 }), was: Type.String(), now: Type.String(),
  position: Type.Union([Type.Integer(), Type.Null()]), first: Type.Union([Type.Integer(), Type.Null()]),
})
export type Moved = Readonly<Static<typeof Moved>>

/** Invariant 9: a position of one topic says nothing about another of the same name. Carries what a person has to know who says that they are the same. */
export class TopicMoved extends Stopped {
  readonly moved: readonly Moved[]
  constructor(code: Extract<CodeOf<'stopped'>, 'kafka.topic_recreated' | 'position.topic_recreated'>, moved: readonly Moved[]) {
    super(code, moved.map(({ topic, partition, was, now, position, first }) => `${topic}/${partition} was deleted and created again, or lies in another Kafka (id ${was}, now ${now}): its offsets ${position ?? first ?? 0} and up may mean other records now`).join('; '))
    this.moved = moved
  }
}
