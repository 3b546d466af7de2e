import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, Lane } from './cluster.ts'
import type { Place } from './assigner.ts'
import { check, codes, coordinatorMoved, KafkaError } from './errors.ts'
import type { MemberIdentity } from './offsets.ts'
import { named, type Reader, Writer } from './wire.ts'

export interface Joined {
  readonly code: number
  readonly generation: number
  readonly leader: string
  readonly memberId: string
  readonly members: readonly { readonly id: string; readonly subscription: Buffer }[]
}
const protocol = 'hub-sticky-1'
const patienceMs = 3000

/** The requests of a group member. JoinGroup and SyncGroup wait for seconds and go on the long lane; heartbeats overtake them on the short one. */
export class GroupRequests {
  private readonly cluster: Cluster
  private readonly groupId: string
  private readonly sessionMs: number
  private readonly rebalanceMs: number
  constructor(cluster: Cluster, groupId: string, sessionMs: number, rebalanceMs: number) {
    this.cluster = cluster
    this.groupId = groupId
    this.sessionMs = sessionMs
    this.rebalanceMs = rebalanceMs
  }

  async join(identity: MemberIdentity, subscription: Buffer): Promise<Joined> {
    const body = new Writer(1024).string(this.groupId).int32(this.sessionMs).int32(this.rebalanceMs).string(identity.memberId).string(identity.instanceId)
    body.string('consumer').list([protocol], (name) => body.string(name).sized(subscription))
    const answer = await this.ask('JoinGroup', 11, 5, body, { lane: 'long', timeout: this.rebalanceMs + 5000 })
    const code = answer.int16()
    const generation = answer.int32()
    answer.string()
    const leader = named(answer.string())
    const memberId = named(answer.string())
    const members = answer.list(() => {
      const id = named(answer.string())
      answer.string()
      return { id, subscription: answer.sized() }
    })
    return { code, generation, leader, memberId, members }
  }

  async sync(identity: MemberIdentity, plan: readonly [id: string, assignment: Buffer][]): Promise<Buffer> {
    const body = this.signed(identity)
    body.list(plan, ([id, assignment]) => body.string(id).sized(assignment))
    const answer = await this.ask('SyncGroup', 14, 3, body, { lane: 'long', timeout: this.rebalanceMs + 5000 })
    check(answer.int16(), 'SyncGroup', `group ${this.groupId}`)
    return answer.sized()
  }

  async heartbeat(identity: MemberIdentity): Promise<number> { return (await this.ask('Heartbeat', 12, 3, this.signed(identity))).int16() }

  async leave({ memberId, instanceId }: MemberIdentity): Promise<void> {
    const body = new Writer().string(this.groupId)
    body.list([memberId], (it) => body.string(it).string(instanceId))
    await this.ask('LeaveGroup', 13, 3, body, { deadlineMs: 2000 })
  }

  async commitOffsets(identity: MemberIdentity, offsets: readonly (Place & { offset: number })[]): Promise<void> {
    const byTopic = Map.groupBy(offsets, (it) => it.topic)
    const body = this.signed(identity)
    body.list([...byTopic], ([topic, these]) => body.string(topic).list(these, (it) => body.int32(it.partition).int64(it.offset).int32(-1).string(null)))
    await this.ask('OffsetCommit', 8, 7, body)
  }

  private signed({ generation, memberId, instanceId }: MemberIdentity) {
    return new Writer(512).string(this.groupId).int32(generation).string(memberId).string(instanceId)
  }

  // Every answer begins with throttle time; all but OffsetCommit's with an error code after it. A lost connection and a coordinator that moved are dealt with here.
  private async ask(api: string, key: number, version: number, body: Writer, how: { lane?: Lane; timeout?: number; deadlineMs?: number } = {}): Promise<Reader> {
    const lane = how.lane ?? 'short'
    for (const deadline = performance.now() + (how.deadlineMs ?? this.sessionMs); ;) {
      let failure: unknown
      try {
        const node = await this.cluster.coordinator('group', this.groupId)
        const answer = await this.cluster.send(node, { api, key, version, flexible: false, body: [body.done()], timeout: how.timeout ?? patienceMs }, lane)
        answer.int32()
        if (key === 8 || !coordinatorMoved.has(answer.peekInt16())) return answer
        failure = new KafkaError(answer.int16(), api)
      } catch (error) {
        if (error instanceof KafkaError && !coordinatorMoved.has(error.code) && error.code !== codes.LEADER_NOT_AVAILABLE) throw error
        failure = error
      }
      if (performance.now() > deadline) throw failure
      this.cluster.forgetCoordinator('group', this.groupId)
      await this.cluster.refresh().catch(() => {})
      await sleep(50)
    }
  }
}
