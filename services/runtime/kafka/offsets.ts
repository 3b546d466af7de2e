import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { callCoordinator } from './coordinator.ts'
import { check, codes, ConnectionLost, hasCode, KafkaError, leaderMoved } from './errors.ts'
import { named, Writer } from './wire.ts'

/** A number is a time in milliseconds: the first record of that time or later, -1 where there is none. */
export type OffsetOf = 'earliest' | 'latest' | 'lastStable' | number
/** As a sender names itself to the group; '' and never null when there is no member, or the broker closes the connection. */
export interface MemberIdentity { readonly generation: number; readonly memberId: string; readonly instanceId: string | null }
export const noMember: MemberIdentity = { generation: -1, memberId: '', instanceId: null }

/** OffsetFetch v7 with require_stable: waits for offsets that a transaction has still pending. -1 means none. */
export async function committedOffset(cluster: Cluster, group: string, topic: string, partition: number): Promise<number> {
  const body = new Writer().compactString(group)
  body.compactList([topic], () => body.compactString(topic).compactList([partition], (it) => body.int32(it)).tags()).int8(1).tags()
  return callCoordinator(cluster, {
    kind: 'group', name: group, deadlineMs: 30_000, resend: true,
    request: { api: 'OffsetFetch', key: 9, version: 7, flexible: true, body: [body.done()] },
    read: (answer) => {
      answer.int32()
      let offset = -1
      let code = 0
      answer.compactList(() => {
        answer.compactString()
        answer.compactList(() => {
          answer.int32()
          offset = answer.int64()
          answer.int32()
          answer.compactString()
          code ||= answer.int16()
          answer.tags()
        })
        answer.tags()
      })
      check(answer.int16() || code, 'OffsetFetch', `group ${group}`)
      return offset
    },
  })
}

/** Every committed offset of a group: topic, partition, offset. */
export async function committedOffsets(cluster: Cluster, group: string): Promise<{ topic: string; partition: number; offset: number }[]> {
  const body = new Writer().compactString(group).compactList(null, () => {}).int8(0).tags()
  return callCoordinator(cluster, {
    kind: 'group', name: group, deadlineMs: 30_000, resend: true,
    request: { api: 'OffsetFetch', key: 9, version: 7, flexible: true, body: [body.done()] },
    read: (answer) => {
      answer.int32()
      const offsets = answer.compactList(() => {
        const topic = named(answer.compactString())
        const these = answer.compactList(() => {
          const partition = answer.int32()
          const offset = answer.int64()
          answer.int32()
          answer.compactString()
          check(answer.int16(), 'OffsetFetch', `group ${group}`)
          answer.tags()
          return { topic, partition, offset }
        })
        answer.tags()
        return these
      })
      check(answer.int16(), 'OffsetFetch', `group ${group}`)
      return offsets.flat()
    },
  })
}

/** One offset of one partition, asked of its leader until there is one. */
export async function offsetOf(cluster: Cluster, topic: string, partition: number, which: OffsetOf, deadlineMs = 12_000): Promise<number> {
  const body = new Writer().int32(-1).int8(which === 'lastStable' ? 1 : 0)
  body.list([topic], () => body.string(topic).list([partition], () => body.int32(partition).int64(typeof which === 'number' ? which : which === 'earliest' ? -2 : -1)))
  const { leaders } = await cluster.mustKnow(topic)
  if (partition >= leaders.length) throw new KafkaError(codes.UNKNOWN_TOPIC_OR_PARTITION, 'ListOffsets', `${topic} has ${leaders.length} partitions, none is ${partition}`)
  for (const deadline = performance.now() + deadlineMs; ;) {
    try {
      const answer = await cluster.send(cluster.leader(topic, partition), { api: 'ListOffsets', key: 2, version: 2, flexible: false, body: [body.done()] })
      answer.int32()
      let offset = -1
      answer.list(() => {
        answer.string()
        answer.list(() => {
          answer.int32()
          check(answer.int16(), 'ListOffsets', `${topic}/${partition}`)
          answer.int64()
          offset = answer.int64()
        })
      })
      return offset
    } catch (error) {
      if (!(error instanceof ConnectionLost || hasCode(error, leaderMoved)) || performance.now() > deadline) throw error
      await sleep(50)
      await cluster.refresh().catch(() => {})
      await cluster.mustKnow(topic)
    }
  }
}
