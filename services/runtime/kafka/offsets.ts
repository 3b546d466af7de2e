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
export async function committedOffset(cluster: Cluster, group: string, topic: string, partition: number, deadlineMs = 30_000): Promise<number> {
  const body = new Writer().compactString(group)
  body.compactList([topic], () => body.compactString(topic).compactList([partition], (it) => body.int32(it)).tags()).int8(1).tags()
  return callCoordinator(cluster, {
    kind: 'group', name: group, deadlineMs, resend: true,
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

export interface OffsetPlace { readonly topic: string; readonly partition: number }

/** One offset of one partition, asked of its leader until there is one. */
export async function offsetOf(cluster: Cluster, topic: string, partition: number, which: OffsetOf, deadlineMs?: number): Promise<number> {
  const [offset] = await offsetsOf(cluster, [{ topic, partition }], which, deadlineMs)
  return offset!
}

/** One offset of each of these partitions, in their order: one request to each leader. */
export async function offsetsOf(cluster: Cluster, places: readonly OffsetPlace[], which: OffsetOf, deadlineMs = 12_000): Promise<number[]> {
  const found = new Map<OffsetPlace, number>(), topics = new Set(places.map(({ topic }) => topic))
  for (const topic of topics) await cluster.mustKnow(topic)
  for (const { topic, partition } of places) {
    const { leaders } = cluster.topic(topic)!
    if (partition >= leaders.length) throw new KafkaError(codes.UNKNOWN_TOPIC_OR_PARTITION, 'ListOffsets', `${topic} has ${leaders.length} partitions, none is ${partition}`)
  }
  for (const deadline = performance.now() + deadlineMs; ;) {
    const left = places.filter((it) => !found.has(it))
    if (left.length === 0) return places.map((it) => found.get(it)!)
    const byLeader = Map.groupBy(left, ({ topic, partition }) => cluster.leader(topic, partition))
    const errors = (await Promise.all([...byLeader].map(([leader, these]) => ask(cluster, leader, these, which, found).catch((error: unknown) => [error])))).flat()
    const passing = (error: unknown) => error instanceof ConnectionLost || hasCode(error, leaderMoved)
    const fatal = errors.find((error) => !passing(error)) ?? (performance.now() > deadline ? errors[0] : undefined)
    if (fatal !== undefined) throw fatal
    if (errors.length === 0) continue
    await sleep(50)
    await cluster.refresh().catch(() => {})
    for (const topic of topics) await cluster.mustKnow(topic)
  }
}

/** Answers what went wrong, partition by partition. */
async function ask(cluster: Cluster, leader: number, places: readonly OffsetPlace[], which: OffsetOf, found: Map<OffsetPlace, number>): Promise<unknown[]> {
  const at = typeof which === 'number' ? which : which === 'earliest' ? -2 : -1, byTopic = Map.groupBy(places, ({ topic }) => topic)
  const body = new Writer().int32(-1).int8(which === 'lastStable' ? 1 : 0)
  body.list([...byTopic], ([topic, these]) => body.string(topic).list(these, ({ partition }) => body.int32(partition).int64(at)))
  const answer = await cluster.send(leader, { api: 'ListOffsets', key: 2, version: 2, flexible: false, body: [body.done()] }), errors: unknown[] = []
  answer.int32()
  answer.list(() => {
    const topic = named(answer.string())
    answer.list(() => {
      const partition = answer.int32(), code = answer.int16(), place = byTopic.get(topic)?.find((it) => it.partition === partition)
      answer.int64()
      const offset = answer.int64()
      try { check(code, 'ListOffsets', `${topic}/${partition}`) } catch (error) { errors.push(error); return }
      if (place !== undefined) found.set(place, offset)
    })
  })
  if (errors.length === 0 && places.some((it) => !found.has(it))) throw new Error('the broker left partitions out of its answer about offsets')
  return errors
}
