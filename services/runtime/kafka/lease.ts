import type { Chunk } from './chunk.ts'

/** One partition of one unit, with the topics that travel together (source and its redrive). `inputs[0]` is the unit's own topic. */
export interface Slot { readonly unit: string; readonly partition: number; readonly inputs: readonly string[] }

/** Where a lease starts reading one input, and which topic that was: a re-created topic has another id. */
export interface Start { readonly topic: string; readonly position: number; readonly topicId?: string }

/** The right to work on one slot, and how a chunk takes effect there. Made anew for every acquisition; never shared by two owners. */
export interface Lease {
  /** Fences whoever had the slot before, ends what it left open, and says where to go on. */
  acquire(): Promise<readonly Start[]>
  /** The chunk's effect and its position, in one transaction. Any throw drops the lease: see `failure.ts` for what follows. */
  handle(chunk: Chunk): Promise<void>
  /** The slot is lost or the program stops. Nothing is aborted: what is in flight commits, or the next owner fences it. */
  drop(): void
}

export type SlotState = 'acquiring' | 'running' | 'paused' | 'stopped' | 'lost'
