import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, CoordinatorKind } from './cluster.ts'
import { ConnectionLost, coordinatorMoved, hasCode, isCode } from './errors.ts'
import type { Request } from './link.ts'
import type { Reader } from './wire.ts'

export interface Call<T> {
  readonly kind: CoordinatorKind
  readonly name: string
  readonly request: Request
  /** Reads the answer; throws its error codes. */
  readonly read: (answer: Reader) => T
  readonly deadlineMs: number
  /** Whether the request may be sent again when no answer came. Never inside a transaction: what it did is unknown. */
  readonly resend: boolean
}

/** Asks a coordinator, and asks again when it answers that it moved or that earlier markers are still being written. */
export async function callCoordinator<T>(cluster: Cluster, call: Call<T>): Promise<T> {
  const deadline = performance.now() + call.deadlineMs
  for (let wait = 1; ; wait = Math.min(wait * 2, 100)) {
    try {
      return call.read(await cluster.send(await cluster.coordinator(call.kind, call.name), call.request))
    } catch (error) {
      const lost = error instanceof ConnectionLost
      const moved = hasCode(error, coordinatorMoved) || isCode(error, 'LEADER_NOT_AVAILABLE') || lost
      const busy = isCode(error, 'CONCURRENT_TRANSACTIONS') || isCode(error, 'UNSTABLE_OFFSET_COMMIT')
      if (moved) cluster.forgetCoordinator(call.kind, call.name)
      if (!(busy || moved) || (lost && !call.resend) || performance.now() > deadline) throw error
      if (moved) await cluster.refresh().catch(() => {})
      await sleep(moved ? Math.max(wait, 10) : Math.min(wait, 16))
    }
  }
}
