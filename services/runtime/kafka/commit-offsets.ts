import type { Cluster } from './cluster.ts'
import { callCoordinator } from './coordinator.ts'
import { check } from './errors.ts'
import type { MemberIdentity } from './offsets.ts'
import type { Position } from './transaction.ts'
import { Writer } from './wire.ts'

/** OffsetCommit v7, outside of any transaction: for groups whose true position lies elsewhere, so that lag tools see them move. */
export async function commitOffsets(cluster: Cluster, group: string, member: MemberIdentity, offsets: readonly Position[]): Promise<void> {
  const body = new Writer(512).string(group).int32(member.generation).string(member.memberId).string(member.instanceId)
  const byTopic = Map.groupBy(offsets, (it) => it.topic)
  body.list([...byTopic], ([topic, these]) => body.string(topic)
    .list(these, ({ partition, offset }) => body.int32(partition).int64(offset).int32(-1).string(null)))
  await callCoordinator(cluster, {
    kind: 'group', name: group, deadlineMs: 5_000, resend: true, request: { api: 'OffsetCommit', key: 8, version: 7, flexible: false, body: [body.done()] },
    read: (answer) => {
      answer.int32()
      answer.list(() => { answer.string(); answer.list(() => { answer.int32(); check(answer.int16(), 'OffsetCommit', `group ${group}`) }) })
    },
  })
}
