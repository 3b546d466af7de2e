import { Type, type Static } from 'typebox'
import { Trouble } from './status.schema.ts'

const Topic = Type.Object({
  topic: Type.String(),
  says: Type.String({ description: 'What it is.' }),
  exists: Type.Union([Type.Boolean(), Type.Null()], { description: 'null when Kafka cannot be asked.' }),
  partitions: Type.Union([Type.Integer(), Type.Null()]),
  first: Type.Union([Type.Integer(), Type.Null()], { description: 'Sum over partitions of the first offset that is still kept.' }),
  end: Type.Union([Type.Integer(), Type.Null()], { description: 'Sum over partitions of the offset after the last record.' }),
  retention: Type.String({ description: 'How long records are kept, as the hub declares it: for ever, a time, or the last per key.' }),
  writers: Type.Array(Type.String(), { description: 'Who writes it.' }),
  readers: Type.Array(Type.String(), { description: 'Who of the hub reads it.' }),
})

export const Topics = Type.Object({ at: Type.String(), topics: Type.Array(Topic), lacks: Type.Array(Trouble) })
export type Topics = Static<typeof Topics>
export type TopicStatus = Static<typeof Topic>
