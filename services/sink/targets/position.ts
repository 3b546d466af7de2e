import type { PoolClient } from 'pg'
import { Transient } from '../../runtime/failure.ts'
import { TopicMoved } from '../../runtime/topic-moved.ts'
import type { Hold, Input } from './target.ts'

export const positionTable = `create table if not exists hub.position (
  target text not null, topic text not null, topic_id text not null, partition int not null,
  next bigint not null, fence bigint not null,
  primary key (target, topic, partition))`

/** Where the target stands in each input, and who may move it. An object, so that a test can put one without the guard in its place. */
export const fencedPosition = {
  /** Raises the fence, so that whoever had the input before can commit nothing more. */
  async take(client: PoolClient, target: string, input: Input, first: number): Promise<{ hold: Hold; position: number }> {
    const { rows: [row] } = await client.query<{ topic_id: string; next: string; fence: string }>(
      `insert into hub.position as p values ($1, $2, $3, $4, $5, 1)
       on conflict (target, topic, partition) do update set fence = p.fence + 1 returning topic_id, next, fence`,
      [target, input.topic, input.topicId, input.partition, first])
    if (row!.topic_id !== input.topicId) {
      const { topic, partition, topicId } = input, moved = { topic, partition, was: row!.topic_id, now: topicId, position: Number(row!.next), first: null }
      // Invariant 9: a position of one topic says nothing about another of the same name, unless a person has said that it is the same.
      if (input.adopted?.(moved) !== true) throw new TopicMoved('position.topic_recreated', [moved])
      await client.query('update hub.position set topic_id = $4 where target = $1 and topic = $2 and partition = $3', [target, topic, partition, topicId])
      await client.query('update hub.open_rejection set topic_id = $4 where target = $1 and topic = $2 and partition = $3 and topic_id = $5', [target, topic, partition, topicId, moved.was])
    }
    return { hold: { ...input, fence: row!.fence }, position: Number(row!.next) }
  },

  /** Invariant 12: the first statement of every transaction. It locks the row, so a successor's take() waits for the commit and sees it. */
  async advance(client: PoolClient, target: string, hold: Hold, { from, next }: { from: number; next: number }): Promise<void> {
    const { rowCount } = await client.query({
      name: 'advance', text: 'update hub.position set next = $6 where target = $1 and topic = $2 and partition = $3 and fence = $4 and next = $5',
      values: [target, hold.topic, hold.partition, hold.fence, from, next],
    })
    if (rowCount !== 1) throw new Transient('lease.lost', `another owner has ${hold.topic}/${hold.partition} of ${target}, or its position is no longer ${from}`)
  },
}
export type Position = typeof fencedPosition
