import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { hasCode, leaderMoved } from './errors.ts'
import { type FetchedPart, fetchRequest, readFetch } from './fetch.ts'
import type { InputBuffer } from './input-buffer.ts'

const partBytes = 512 << 10
/** Two parts of this fill an answer: a part may then keep the whole of it in memory, and nothing has to be copied out. */
const answerBytes = 1 << 20
/** What all inputs together may hold, and the least and the most of it that one has. */
const [heldBytes, leastRoom, mostRoom] = [12 << 20, 512 << 10, 3 << 20]
const maxWaitMs = 250
/** While an input sits out because it is full, a long poll for the others would hold it up. */
const busyWaitMs = 5
/** How long an idle loop sleeps without being woken. */
const lookAgainMs = 1000

/** Reads for all streams of a program: one request in flight per broker, over every input that has room. */
export class Fetcher {
  readonly cluster: Cluster
  private readonly inputs = new Set<InputBuffer>()
  private readonly loops = new Map<number, { wake: (() => void) | null }>()
  private closed = false
  private timer: NodeJS.Timeout | null = null
  constructor(cluster: Cluster) { this.cluster = cluster }

  async add(input: InputBuffer): Promise<void> {
    await this.cluster.know([input.topic])
    this.inputs.add(input)
    this.shareOut()
    this.cover()
  }
  remove(input: InputBuffer): void {
    if (this.inputs.delete(input)) this.shareOut()
  }
  private shareOut(): void {
    const room = Math.min(mostRoom, Math.max(leastRoom, Math.floor(heldBytes / this.inputs.size)))
    for (const input of this.inputs) input.room = room
  }

  /** An input has room again, or is new. */
  wake(): void {
    for (const loop of this.loops.values()) loop.wake?.()
  }
  close(): void {
    this.closed = true
    if (this.timer) clearTimeout(this.timer)
    this.wake()
  }

  private cover(): void {
    this.startLoops()
    this.wake()
  }

  /** Starts a loop for every broker that leads an input; looks again later while some input has no leader. */
  private startLoops(): void {
    let leaderless = false
    for (const input of this.inputs) {
      const node = this.cluster.leader(input.topic, input.partition)
      if (node < 0) leaderless = true
      else if (!this.loops.has(node)) {
        this.loops.set(node, { wake: null })
        void this.run(node)
      }
    }
    if (leaderless && this.timer === null && !this.closed) {
      this.timer = setTimeout(() => { this.timer = null; void this.refresh() }, 100)
    }
  }

  private async refresh(): Promise<void> {
    await sleep(50)
    await this.cluster.refresh().catch(() => {})
    this.cover()
  }

  private async run(node: number): Promise<void> {
    const loop = this.loops.get(node)
    for (let turn = 0; loop !== undefined && !this.closed; turn++) {
      // Whoever asks for metadata may be the first to hear of an election: no input waits for a loop that nobody starts.
      this.startLoops()
      const mine = [...this.inputs].filter((input) => this.cluster.leader(input.topic, input.partition) === node)
      const open = mine.filter((input) => input.hasRoom)
      if (open.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, lookAgainMs)
          loop.wake = () => { clearTimeout(timer); resolve() }
        })
        loop.wake = null
        continue
      }
      // The broker fills its answer in the order of the request: everybody is first once.
      const first = turn % open.length
      const asked = [...open.slice(first), ...open.slice(0, first)].map((input) => ({ input, offset: input.next }))
      const failure = await this.fetch(node, asked, mine.some((input) => input.sitsOut)).catch((error: unknown) => error)
      if (failure !== undefined) {
        for (const { input } of asked) input.noteFailure(failure)
        await this.refresh()
      }
    }
  }

  private async fetch(node: number, asked: readonly { input: InputBuffer; offset: number }[], someSitOut: boolean): Promise<unknown> {
    const parts = asked.map(({ input, offset }) => ({ topicId: input.topicId, partition: input.partition, offset, maxBytes: partBytes }))
    const answer = await this.cluster.send(node, fetchRequest(parts, { maxWaitMs: someSitOut ? busyWaitMs : maxWaitMs, maxBytes: answerBytes }), 'long')
    const byPlace = new Map(asked.map((it) => [`${it.input.topicId} ${it.input.partition}`, it]))
    let moved: unknown
    for (const part of readFetch(answer)) {
      const target = byPlace.get(`${part.topicId} ${part.partition}`)
      if (target !== undefined && this.inputs.has(target.input)) moved = deliver(target.input, target.offset, part) ?? moved
    }
    return moved
  }
}

function deliver(input: InputBuffer, offset: number, part: FetchedPart): unknown {
  const error = input.accept(offset, part)
  return hasCode(error, leaderMoved) ? error : undefined
}
