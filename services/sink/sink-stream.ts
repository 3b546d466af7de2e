import type { Adoptions } from '../runtime/adoptions.ts'
import type { Books } from '../runtime/books.ts'
import { events } from '../runtime/events.ts'
import { Environment, Transient } from '../runtime/failure.ts'
import type { Chunk } from '../runtime/kafka/chunk.ts'
import type { KafkaConnection } from '../runtime/kafka/connection.ts'
import type { LostRange } from '../runtime/kafka/range-lost.ts'
import { UnitStream } from '../runtime/kafka/stream.ts'
import type { Names } from '../runtime/names.ts'
import type { PassOver } from '../runtime/orders.ts'
import type { common, stream, Values } from '../runtime/settings.ts'
import type { watch } from '../runtime/watch.ts'
import { TargetLease } from './lease.ts'
import type { Outbox } from './outbox.ts'
import type { Held } from './route.ts'
import type { Routes } from './routes.ts'
import type { Target } from './targets/target.ts'

export interface SinkStreamSettings {
  readonly unit: string
  readonly routes: Routes
  readonly target: Target
  readonly outbox: Outbox
  readonly adoptions: Adoptions
  readonly kafka: KafkaConnection
  readonly names: Names
  readonly settings: Values<typeof common> & Values<typeof stream>
  readonly told: ReturnType<typeof watch>
  readonly deliver: (chunk: Chunk, held: Held) => Promise<unknown>
  /** What people have said about a range that is lost. */
  readonly passesOver: (lost: LostRange) => PassOver | null
}

/** The canonical topics of one target: one group, one lease for each partition of each model. */
export function sinkStream({ unit, routes, target, outbox, adoptions, kafka, names, settings, told, deliver, passesOver }: SinkStreamSettings): UnitStream {
  const committed = new Map<string, Books>()
  const opened = openOnce(target)
  return new UnitStream({
    kafka, unit, groupId: names.sinkGroup(unit), inputs: routes.all.map((it) => [it.topic, it.redriveTopic]),
    chunk: { maxRecords: settings.chunkRecords, maxBytes: settings.chunkBytes, maxWaitMs: settings.chunkWaitMs },
    instanceId: settings.instance, sessionMs: settings.sessionMs,
    lease: (slot, group) => new TargetLease({ slot, route: routes.of(slot.inputs[0]!), group, target, opened, cluster: kafka.control, outbox, adoptions, deliver, passesOver, onDelivered: (chunk, books) => committed.set(`${chunk.topic}/${chunk.partition}`, books) }),
    onState: told.onState,
    onEvent: (it) => {
      told.onEvent(it, unit)
      if (it.event !== 'chunk.committed') return
      const { chunk, tookMs } = it, place = `${chunk.topic}/${chunk.partition}`
      const books = committed.get(place), outcomes = outcomesOf(books)
      events.rulesBroken(unit, books?.counts() ?? [])
      committed.delete(place)
      events.chunkDelivered({ unit, model: routes.of(chunk.topic).model, partition: chunk.partition, read: chunk.records.length, outcomes, seconds: tookMs / 1_000, newest: chunk.records.at(-1)?.timestamp ?? null })
    },
  })
}

function outcomesOf(books: Books | undefined): Record<string, number> {
  const outcomes: Record<string, number> = {}
  for (const { outcome, count } of books?.counts() ?? []) if (outcome !== 'read' && outcome !== 'warned') outcomes[outcome] = (outcomes[outcome] ?? 0) + count
  return outcomes
}

/** The target is opened by the first lease, so that a target that is away makes its slots wait and not the program end. */
function openOnce(target: Target): () => Promise<void> {
  let opening: Promise<void> | null = null
  return () => {
    opening ??= target.open().catch((error: unknown) => {
      opening = null
      throw error instanceof Environment || error instanceof Transient ? error : new Environment('target.cannot_open', error instanceof Error ? error.message : String(error), { cause: error })
    })
    return opening
  }
}
