import { events } from './events.ts'
import type { Health } from './health.ts'
import type { Slot, SlotState } from './kafka/lease.ts'
import type { StreamEvent } from './kafka/stream.ts'
import type { States } from './states.ts'

/** Tells health, hub.states and telemetry what the slots of a stream do. */
export function watch(stage: 'translate' | 'deliver', states: States, health: Health) {
  /** Why each slot was last dropped, until it works again: what is only tried anew is told once. */
  const doubts = new Map<string, string>()
  const partOf = (slot: Slot) => `${slot.unit}/${slot.inputs[0]}/${slot.partition}`
  return {
    onState(slot: Slot, state: SlotState, reason?: Error): void {
      events.slotState(stage, slot, state, reason)
      states.changed(slot, state, reason)
      const part = partOf(slot)
      if (state === 'running' || state === 'lost') doubts.delete(part)
      if (reason !== undefined && (state === 'paused' || state === 'stopped')) health.unready(part, `${state}: ${reason.message}`)
      else health.ready(part)
    },
    onEvent(event: StreamEvent, unit: string): void {
      switch (event.event) {
        case 'chunk.committed': return states.moved(event.chunk.unit, event.chunk.topic, event.chunk.partition, event.chunk.next)
        case 'lease.doubt': {
          const part = partOf(event.slot), first = doubts.get(part) !== event.reason.message
          doubts.set(part, event.reason.message)
          return events.leaseLost(event.slot, event.reason, first)
        }
        // Without its group a unit has no partitions, and so none that could say what is the matter.
        case 'group.left_behind': return health.unready(`${unit} group`, event.reason)
        case 'group.joined': return health.ready(`${unit} group`)
        // Another process runs under our instance id, or the group speaks another protocol: nothing here can mend that.
        // What is in hand gets a second to be taken back: else its records would look like those that kill.
        case 'group.refused': events.programFailed(stage, event.reason); setTimeout(() => process.exit(1), 1_000); return
      }
    },
  }
}
