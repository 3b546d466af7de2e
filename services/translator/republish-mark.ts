import type { LeaseState } from '../runtime/kafka/lease-state.ts'
import type { Output } from '../runtime/kafka/output.ts'
import type { Republish } from '../runtime/republish.ts'

/** What comes before this was taken, or will not be any more. */
interface Mark { readonly turn: number; readonly next: number }
const key = 'republish'

/**
 * How far republishing has come in a partition. Invariant 15: turns and offsets only go up, and the mark moves in the transaction that publishes; so what comes
 * a second time, from a reconciler that was killed or from a topic that was restored years later, is below it. One key for ever, however many commands there were.
 */
export function passes(state: LeaseState, output: Output, { turn, offset }: Pick<Republish, 'turn' | 'offset'>): boolean {
  const mark = (output.stateChanges.get(key) ?? state.get(key)) as Mark | undefined
  if (mark !== undefined && (turn < mark.turn || (turn === mark.turn && offset < mark.next))) return false
  output.state(key, { turn, next: offset + 1 } satisfies Mark)
  return true
}
