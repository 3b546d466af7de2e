import { Stopped } from '../failure.ts'
import type { TopicIds } from '../known-as.ts'
import { TopicMoved } from '../topic-moved.ts'
import type { Cluster } from './cluster.ts'
import { offsetOf } from './offsets.ts'
import { RangeLost } from './range-lost.ts'

/** What a lease remembers of an input from its first day. */
export interface Genesis extends TopicIds { readonly first: number }

/** An input as the broker has it now. */
export interface InputFacts { readonly topic: string; readonly partition: number; readonly topicId: string; readonly earliest: number; readonly end: number }

export async function inputFacts(cluster: Cluster, topic: string, partition: number): Promise<InputFacts> {
  await cluster.refresh()
  const { id } = await cluster.mustKnow(topic)
  const [earliest, end] = await Promise.all([offsetOf(cluster, topic, partition, 'earliest'), offsetOf(cluster, topic, partition, 'latest')])
  return { topic, partition, topicId: id, earliest, end }
}

/**
 * Where a lease goes on. `genesis` null: the input was never seen. `committed` null: no position is stored.
 * It never jumps: whatever could lose or double records stops the partition and names the range.
 */
export function startAt(facts: InputFacts, genesis: Genesis | null, committed: number | null): number {
  const { topic, partition, topicId, earliest, end } = facts
  const place = `${topic}/${partition}`
  if (genesis === null && committed === null) return earliest
  if (genesis === null) {
    throw new Stopped('kafka.state_lost', `${place} has the position ${committed} but no record of its beginning: the state was lost, and with it what was parked or open`)
  }
  if (genesis.topicId !== topicId) {
    throw new TopicMoved('kafka.topic_recreated', [{ topic, partition, was: genesis.topicId, now: topicId, position: committed, first: genesis.first }])
  }
  if (committed === null) {
    throw new Stopped('kafka.position_lost', `${place} began at ${genesis.first} and its position is gone: ${genesis.first} to ${end - 1} may have been handled or not`)
  }
  if (committed < earliest) throw new RangeLost({ topic, topicId, partition, from: committed, to: earliest }, end)
  if (committed > end) {
    throw new Stopped('kafka.range_lost', `${place} ends at ${end} and the position is ${committed}: ${end} to ${committed - 1} were handled and are gone, and new records will take their offsets`)
  }
  return committed
}
