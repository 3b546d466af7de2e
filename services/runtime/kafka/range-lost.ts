import { Stopped } from '../failure.ts'

/** Offsets of one partition that its topic does not hold any more: from `from`, where somebody stands, up to `to`, where it begins now. */
export interface LostRange { readonly topic: string; readonly topicId: string; readonly partition: number; readonly from: number; readonly to: number }

/** Records were deleted before they were handled. Where a person says so, a target goes on behind exactly this range. */
export class RangeLost extends Stopped {
  readonly range: LostRange
  constructor(range: LostRange, holdsUpTo: number) {
    const { topic, partition, from, to } = range
    super('kafka.range_lost', `${topic}/${partition} holds ${to} to ${holdsUpTo - 1}; ${from} to ${to - 1} were deleted before they were handled`)
    this.range = range
  }
}
