import { events } from '../runtime/events.ts'
import { Admission } from '../runtime/kafka/admission.ts'
import type { Chunk } from '../runtime/kafka/chunk.ts'
import type { KafkaConnection } from '../runtime/kafka/connection.ts'
import { UnitStream } from '../runtime/kafka/stream.ts'
import { type InLease, TranslatorLease } from '../runtime/kafka/translator-lease.ts'
import type { Names } from '../runtime/names.ts'
import type { common, stream, Values } from '../runtime/settings.ts'
import type { Moved } from '../runtime/topic-moved.ts'
import type { watch } from '../runtime/watch.ts'
import type { Translated, Unit } from './unit.ts'

export interface TranslatorStreamParts {
  readonly unit: Unit
  readonly kafka: KafkaConnection
  readonly names: Names
  readonly settings: Values<typeof stream & typeof common>
  readonly told: ReturnType<typeof watch>
  readonly adopted: (it: Moved) => number | null
  readonly translate: (chunk: Chunk, context: InLease) => Promise<Translated>
}

/** The stream of one source: its group, a lease for each partition, and what is told of each commit. */
export function translatorStream({ unit, kafka, names, settings, told, adopted, translate }: TranslatorStreamParts): UnitStream {
  // What the chunk in hand of each partition became: told when it is committed, not before.
  const inHand = new Map<number, Translated>()
  const topic = names.topic(unit.card.topic), groupId = names.translatorGroup(unit.name), stateTopic = names.state(unit.name), redriveTopic = names.redriveSource(unit.name)
  const admission = new Admission({ kafka, topic, groupId, stateTopic, companions: [names.rejected(unit.name), redriveTopic] })
  return new UnitStream({
    kafka, unit: unit.name, groupId, inputs: [[topic, redriveTopic]],
    instanceId: settings.instance, sessionMs: settings.sessionMs,
    chunk: { maxRecords: settings.chunkRecords, maxBytes: settings.chunkBytes, maxWaitMs: settings.chunkWaitMs },
    lease: (slot, group) => new TranslatorLease({
      kafka, slot, group, transactionalId: names.transactionalId(unit.name, slot.partition), stateTopic, admission, adopted,
      translate: async (chunk, context) => {
        const translated = await translate(chunk, context)
        inHand.set(chunk.partition, translated)
        return translated.output
      },
    }),
    onState: told.onState,
    onEvent(event) {
      told.onEvent(event, unit.name)
      if (event.event !== 'chunk.committed') return
      const { chunk, tookMs } = event, translated = inHand.get(chunk.partition)
      if (translated) events.chunkTranslated({ unit: unit.name, partition: chunk.partition, read: chunk.records.length, seconds: tookMs / 1000, newest: translated.newest, counts: translated.books.counts() })
      if (translated?.flood) events.floodFound(unit.card, chunk.partition, translated.flood)
      for (const [field, { count, first }] of unit.unknownFields.take()) events.unknownField(unit.name, field, first, count)
    },
  })
}
