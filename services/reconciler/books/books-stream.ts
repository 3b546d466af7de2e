import { events } from '../../runtime/events.ts'
import type { Health } from '../../runtime/health.ts'
import type { KafkaConnection } from '../../runtime/kafka/connection.ts'
import { inputFacts } from '../../runtime/kafka/position.ts'
import type { Dispatch } from '../../runtime/kafka/stage.ts'
import { UnitStream } from '../../runtime/kafka/stream.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import { booksUnit } from '../../runtime/books-unit.ts'
import type { Moved } from '../../runtime/topic-moved.ts'
import type { stream, Values } from '../../runtime/settings.ts'
import { BooksLease, type Write } from './books-lease.ts'

export interface BooksSettings {
  readonly kafka: KafkaConnection
  readonly ledger: Ledger
  readonly names: Names
  readonly health: Health
  readonly settings: Values<typeof stream> & { readonly instance: string | null }
  /** Units whose rejections are kept: all sources and targets. */
  readonly units: readonly string[]
  readonly dispatch: Dispatch
  readonly adopted: (it: Moved) => number | null
}

/** Each chunk is a transaction of the ledger, and a trickle of receipts comes from every lease. Not longer: what both stages say of a record should become known at nearly one time. */
const gatherMs = 500

/** Reads receipts, states and rejections of all units, and what people asked for, into the ledger. */
export function booksStream({ kafka, ledger, names, health, settings, units, dispatch, adopted }: BooksSettings): UnitStream {
  const pattern = new Map([[names.receipts, 'receipts'], [names.states, 'states'], [names.commands, 'commands'], ...units.map((unit) => [names.rejected(unit), 'rejections'] as const)])
  return new UnitStream({
    kafka, unit: booksUnit, groupId: names.reconcilerGroup, inputs: [...pattern.keys()].map((topic) => [topic]),
    chunk: { maxRecords: settings.chunkRecords, maxBytes: settings.chunkBytes, maxWaitMs: Math.max(settings.chunkWaitMs, gatherMs) },
    instanceId: settings.instance, sessionMs: settings.sessionMs,
    lease: (slot) => new BooksLease(ledger, slot, (topic, partition) => inputFacts(kafka.control, topic, partition),
      async (chunk) => await dispatch(pattern.get(chunk.topic)!, chunk) as Write, adopted),
    onState: (slot, state, reason) => {
      const part = `books ${slot.inputs[0]}/${slot.partition}`
      if (state === 'paused' || state === 'stopped') health.unready(part, reason?.message ?? state)
      else health.ready(part)
      events.slotState('books', slot, state, reason)
    },
    onEvent: (event) => {
      if (event.event === 'lease.doubt') events.leaseLost(event.slot, event.reason)
      if (event.event === 'chunk.committed' && event.chunk.topic === names.receipts) events.booksWritten(event.chunk.records.length)
      if (event.event === 'group.refused') health.unready('books group', event.reason.message)
    },
  })
}
