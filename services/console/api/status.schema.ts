import { Type, type Static } from 'typebox'
import { Hold, TargetVerified } from './balance.schema.ts'
import { nullable } from './nullable.ts'

const counts = Type.Record(Type.String(), Type.Integer(), { description: 'Records by outcome, since the hub began: exact, from the books.' })

/** What a stage or a route is doing, worst first. Evidence decides: without a sign of life for 30 s it is silent, whatever it said before. */
export const states = ['stopped', 'paused', 'silent', 'unknown', 'acquiring', 'running'] as const
export const State = Type.Enum(states, { description: 'stopped and paused have a reason; silent: no sign of life for 30 s; unknown: never heard of, or the books cannot be read.' })

export const Trouble = Type.Object({
  code: Type.String({ description: 'Error code, listed in the table of codes.' }),
  says: Type.String({ description: 'What it means.' }),
  todo: Type.String({ description: 'What to do.' }),
  detail: Type.String({ description: 'What was met, in this case.' }),
})

export const Endpoint = Type.Object({
  url: nullable(Type.String(), 'Where it is, without secrets; null when the console was not told.'),
  reachable: Type.Boolean({ description: 'Whether it answered within the time-out.' }),
  trouble: nullable(Trouble, 'Why it is not reachable.'),
})

const progress = {
  state: State,
  code: nullable(Type.String(), 'Why it is paused or stopped: the error code.'),
  reason: nullable(Type.String(), 'Why it is paused or stopped, in words.'),
  position: nullable(Type.Integer(), 'Sum over partitions of the next offset to read.'),
  lag: nullable(Type.Integer(), 'Offsets that are waiting. An upper bound of records: transaction markers count as offsets.'),
  freshness: nullable(Type.Number(), 'Seconds since the newest record that went through was written to its topic.'),
  counts,
}

export const Partition = Type.Object({
  partition: Type.Integer(),
  state: State,
  code: nullable(Type.String(), 'Error code, where it is paused or stopped.'),
  reason: nullable(Type.String(), 'The reason in words.'),
  position: nullable(Type.Integer(), 'Next offset to read.'),
  end: nullable(Type.Integer(), 'Offset after the last record of the topic.'),
  lag: nullable(Type.Integer(), 'end − position.'),
  instance: nullable(Type.String(), 'The process that holds it.'),
  at: nullable(Type.String(), 'Its last sign of life.'),
})

export const Stage = Type.Object({
  unit: Type.String({ description: 'Source or target.' }),
  topic: Type.String({ description: 'The topic that it reads.' }),
  ...progress,
  partitions: Type.Array(Partition),
})

export const Route = Type.Object({
  source: Type.String(), model: Type.String(), target: Type.String(),
  ...progress,
  translate: Stage,
  deliver: Stage,
}, { description: 'state: the worse of its stages. position and freshness: at the target, of this model. counts: at the target, of this source and model. lag: of both stages together.' })

export const Status = Type.Object({
  at: Type.String({ description: 'When this was found out.' }),
  hub: Type.String({ description: 'HUB_NAME; empty without one.' }),
  ok: Type.Boolean({ description: 'Every endpoint answers, every route runs, no target differs, and the books have neither gap nor overlap.' }),
  endpoints: Type.Record(Type.String(), Endpoint, { description: 'kafka, registry, ledger, console, and one per target system.' }),
  routes: Type.Array(Route),
  targets: Type.Array(Type.Object({
    target: Type.String(),
    through: TargetVerified.properties.through, age: TargetVerified.properties.age,
    held: nullable(Hold, 'What holds it back: a difference, else the oldest record that is on its way.'),
  }), { description: 'Up to when each target is proven to hold everything. Empty when the ledger cannot be read.' }),
  books: nullable(Type.Object({
    gaps: Type.Integer({ description: 'Intervals that nobody accounted for.' }),
    overlaps: Type.Integer({ description: 'Intervals that were accounted for twice.' }),
    behind: nullable(Type.Integer(), 'Offsets of receipts, states and rejections that the reconciler has not read yet.'),
  }), 'The state of the books; null when the ledger cannot be read.'),
  lacks: Type.Array(Trouble, { description: 'What could not be found out, and why.' }),
})

export type State = (typeof states)[number]
export type Trouble = Static<typeof Trouble>
export type Endpoint = Static<typeof Endpoint>
export type PartitionStatus = Static<typeof Partition>
export type StageStatus = Static<typeof Stage>
export type RouteStatus = Static<typeof Route>
export type Status = Static<typeof Status>
