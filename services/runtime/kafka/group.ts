import { setTimeout as sleep } from 'node:timers/promises'
import { assign, type Place } from './assigner.ts'
import type { Cluster } from './cluster.ts'
import { check, codes, KafkaError, membershipRefused } from './errors.ts'
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription, type Seen, without } from './group-protocol.ts'
import { GroupRequests, type Joined } from './group-requests.ts'
import type { MemberIdentity } from './offsets.ts'

export interface GroupSettings {
  /** A cluster of its own: JoinGroup holds its connection for seconds. */
  readonly cluster: Cluster
  readonly groupId: string
  /** Each a topic followed by the companions that travel with it. */
  readonly inputs: readonly (readonly string[])[]
  /** Stable name of this process. Set: a static member, whose restart within the session the others do not notice. */
  readonly instanceId?: string | null
  readonly sessionMs?: number
  readonly heartbeatMs?: number
  readonly rebalanceMs?: number
  /** How often topics are looked at for new partitions. */
  readonly watchMs?: number
  /** Runs before `onGained`. Neither may wait for long. */
  readonly onLost: (places: readonly Place[]) => void
  readonly onGained: (places: readonly Place[]) => void
  /** Membership was refused for good, for example because another process runs under our instance id. */
  readonly onRefused: (error: KafkaError) => void
  readonly onEvent?: (event: GroupEvent) => void
}
export type GroupEvent =
  | { readonly event: 'group.joined'; readonly generation: number; readonly leading: boolean; readonly lost: number; readonly gained: number }
  | { readonly event: 'group.assigned'; readonly members: number; readonly moved: number; readonly waiting: readonly Place[]; readonly missing: readonly string[] }
  | { readonly event: 'group.left_behind'; readonly reason: string }

/**
 * One process in a classic consumer group: JoinGroup v5, SyncGroup v3, Heartbeat v3, LeaveGroup v3, by our own requests.
 * Work goes on during a rebalance until SyncGroup says what was lost; leases fence whoever is late.
 */
export class GroupMember {
  readonly groupId: string
  private readonly settings: GroupSettings
  private readonly requests: GroupRequests
  private readonly topics: readonly string[]
  private memberId = ''
  private generation = -1
  private owned: readonly Place[] = []
  /** What was held before it was lost: claimed again at the next join, in case it is still free. */
  private claim: readonly Place[] = []
  private nonce = 0
  private seen: Seen | null = null
  private state: 'joining' | 'stable' | 'stopped' = 'joining'
  private lastContact = performance.now()
  private lastWatch = 0
  private readonly waiters: (() => void)[] = []
  private wakeUp: (() => void) | null = null
  private readonly lagOffsets = new Map<string, Place & { offset: number }>()
  private running: Promise<void> = Promise.resolve()

  constructor(settings: GroupSettings) {
    this.settings = settings
    this.groupId = settings.groupId
    this.topics = settings.inputs.flat()
    this.requests = new GroupRequests(settings.cluster, settings.groupId, this.sessionMs, settings.rebalanceMs ?? 10_000)
  }
  private get sessionMs() { return this.settings.sessionMs ?? 6000 }

  get identity(): MemberIdentity { return { generation: this.generation, memberId: this.memberId, instanceId: this.settings.instanceId ?? null } }

  start(): void { this.running = this.run() }

  /** Leaves the group, unless static: a static member that comes back within the session finds its partitions untouched. */
  async stop({ leave = this.settings.instanceId == null } = {}): Promise<void> {
    if (this.state !== 'stopped') {
      this.state = 'stopped'
      this.wake()
      await this.flushLagOffsets().catch(() => {})
      if (leave && this.memberId !== '') await this.requests.leave(this.identity).catch(() => {})
    }
    await Promise.race([this.running, sleep(500)])
  }

  /** Whether the coordinator says now that this is a member of the current generation, and the places are ours. Waits for a rebalance to end. */
  async confirm(places: readonly Place[]): Promise<boolean> {
    while (this.state === 'joining') await new Promise<void>((resolve) => { this.waiters.push(resolve) })
    const ours = () => this.state === 'stable' && without(places, this.owned).length === 0
    if (!ours()) return false
    const code = await this.requests.heartbeat(this.identity).catch(() => codes.UNKNOWN_SERVER_ERROR)
    if (code !== 0) this.kick()
    return code === 0 && ours()
  }

  /** Heartbeats at once: a lost lease is often the first sign of a rebalance. */
  kick(): void { this.wakeUp?.() }

  /** Notes a position for lag tools, sent with the next heartbeat. Nothing is ever read back from it. */
  commitForLagTools(topic: string, partition: number, offset: number): void { this.lagOffsets.set(`${topic}/${partition}`, { topic, partition, offset }) }

  private wake(): void {
    this.wakeUp?.()
    for (const waiter of this.waiters.splice(0)) waiter()
  }

  private async run(): Promise<void> {
    while (this.state !== 'stopped') {
      let code = 0
      try {
        await this.join()
        code = await this.stay()
      } catch (error) {
        code = error instanceof KafkaError ? error.code : codes.UNKNOWN_SERVER_ERROR
        this.settings.onEvent?.({ event: 'group.left_behind', reason: error instanceof Error ? error.message : String(error) })
        await sleep(100)
      }
      if (this.stopping()) return
      this.state = 'joining'
      if (membershipRefused.has(code)) {
        this.state = 'stopped'
        this.lose(this.owned)
        this.wake()
        this.settings.onRefused(new KafkaError(code, 'JoinGroup', `group ${this.groupId}`))
        return
      }
      const forgotten = code === codes.UNKNOWN_MEMBER_ID
      if (forgotten) this.memberId = ''
      // Out of touch for longer than the session: others have our partitions by now.
      if (forgotten || performance.now() - this.lastContact > this.sessionMs) this.lose(this.owned)
    }
  }

  private stopping(): boolean { return this.state === 'stopped' }

  private lose(places: readonly Place[]): void {
    if (places.length === 0) return
    this.claim = this.owned
    this.owned = without(this.owned, places)
    this.settings.onLost(places)
  }

  /** Heartbeats until the group moves on; answers the code that said so, or 0 when this member asks for a rebalance itself. */
  private async stay(): Promise<number> {
    this.lastWatch = performance.now()
    while (this.state === 'stable') {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.settings.heartbeatMs ?? 500)
        this.wakeUp = () => { clearTimeout(timer); resolve() }
      })
      if (this.state !== 'stable') break
      const code = await this.requests.heartbeat(this.identity)
      this.lastContact = performance.now()
      if (code !== 0) return code
      await this.flushLagOffsets()
      if (performance.now() - this.lastWatch > (this.settings.watchMs ?? 10_000)) {
        this.lastWatch = performance.now()
        if (await this.isOutdated()) { this.nonce++; return 0 }
      }
    }
    return 0
  }

  private async flushLagOffsets(): Promise<void> {
    if (this.lagOffsets.size === 0) return
    const offsets = [...this.lagOffsets.values()]
    this.lagOffsets.clear()
    await this.requests.commitOffsets(this.identity, offsets)
  }

  private async join(): Promise<void> {
    this.state = 'joining'
    const joined = await this.askToJoin()
    this.lastContact = performance.now()
    this.memberId = joined.memberId
    // From here on our transactions carry the new generation.
    this.generation = joined.generation
    const plan = joined.leader === joined.memberId ? await this.plan(joined) : []
    const { places, seen } = decodeAssignment(await this.requests.sync(this.identity, plan))
    if (this.stopping()) return
    this.lastContact = performance.now()
    const lost = without(this.owned, places)
    const gained = without(places, this.owned)
    this.seen = seen
    this.lose(lost)
    this.owned = places
    this.claim = []
    this.state = 'stable'
    this.settings.onEvent?.({ event: 'group.joined', generation: this.generation, leading: plan.length > 0, lost: lost.length, gained: gained.length })
    this.wake()
    if (gained.length > 0) this.settings.onGained(gained)
    // A static member that returns with other topics is handed its old assignment without a rebalance: ask for one.
    const differs = seen !== null && (seen.topics.length !== this.topics.length || this.topics.some((topic) => !seen.topics.includes(topic)))
    if (differs) {
      this.nonce++
      this.state = 'joining'
    }
  }

  private async askToJoin(): Promise<Joined> {
    for (;;) {
      const owned = this.owned.length > 0 ? this.owned : this.claim
      const subscription = encodeSubscription({ inputs: this.settings.inputs, owned, generation: this.generation, nonce: this.nonce })
      const joined = await this.requests.join(this.identity, subscription)
      if (joined.code !== codes.MEMBER_ID_REQUIRED) {
        check(joined.code, 'JoinGroup', `group ${this.groupId}`)
        return joined
      }
      this.memberId = joined.memberId
    }
  }

  /** The leader assigns the topics of every member, not its own list: else a rolling deploy orphans what only the new ones know. */
  private async plan(joined: Joined): Promise<[string, Buffer][]> {
    const members = joined.members.map(({ id, subscription }) => decodeSubscription(id, subscription))
    const topics = [...new Set(members.flatMap((member) => member.inputs.flat()))]
    const metadata = await this.settings.cluster.ask(topics)
    const counts = new Map([...metadata.topics].map(([topic, { leaders }]) => [topic, leaders.length]))
    const { places, waiting, moved } = assign(members, counts)
    this.settings.onEvent?.({ event: 'group.assigned', members: members.length, moved, waiting, missing: topics.filter((topic) => !counts.has(topic)) })
    return members.map((member) => [member.id, encodeAssignment(places.get(member.id) ?? [], { topics: member.inputs.flat(), counts: Object.fromEntries(counts) })])
  }

  /** Every member compares what the leader saw with what is: a static leader that restarts does not know that it leads. */
  private async isOutdated(): Promise<boolean> {
    const { topics } = await this.settings.cluster.ask(this.topics)
    const seen = this.seen
    return seen !== null && this.topics.some((topic) => (topics.get(topic)?.leaders.length ?? 0) !== (seen.counts[topic] ?? 0))
  }
}

