import type { SourceCard, TargetCard } from '../../canonical/card.ts'
import { milliseconds } from '../../canonical/duration.ts'
import type { ModelCard } from '../../canonical/model-card.ts'
import type { TableCard } from '../../canonical/table-card.ts'
import type { Names } from './names.ts'

export interface TopicSpec {
  readonly topic: string
  readonly says: string
  readonly partitions: number
  readonly config: Readonly<Record<string, string>>
  /** See WantedTopic. */
  readonly counts?: 'at least' | 'any'
  /** Schema of its values, registered as `<topic>-value`; none where they are not Avro or not ours. */
  readonly schema?: string
}

/** Receipts of one origin partition always go to the same receipts partition: origin partition mod this. */
export const receiptPartitions = 4

const keptForEver = { 'retention.ms': '-1' }

/** The hub's own topics, whatever sources and targets there are. */
export const hubTopics = (names: Names): readonly TopicSpec[] => [
  { topic: names.receipts, says: 'The books: one receipt for each chunk, of every stage.', partitions: receiptPartitions, config: keptForEver, schema: 'receipt.v1' },
  { topic: names.states, says: 'What each partition of each unit is doing, last word per key.', partitions: 1, config: { 'cleanup.policy': 'compact', 'segment.ms': '3600000' } },
  { topic: names.commands, says: 'What people asked the programs to do. Only the console writes it.', partitions: 1, config: keptForEver, schema: 'command.v1' },
]
const MiB = 1_048_576
/** A rejection carries the original bytes in an envelope. */
export const envelopeBytes = 2 * MiB
/** The largest batch that a canonical topic takes: what a record becomes is refused beyond it. */
export const canonicalBytes = MiB
const envelopes = { ...keptForEver, 'max.message.bytes': String(envelopeBytes) }
const compacted = { 'cleanup.policy': 'compact', 'segment.ms': '3600000', 'min.cleanable.dirty.ratio': '0.1' }

/** What a source reads, and what travels with it: as many partitions everywhere, for record and rejection keep theirs. Where its owner adds some, the translator does (admission.ts). */
export const sourceTopics = (names: Names, { name, says, topic, partitions }: SourceCard): readonly TopicSpec[] => [
  { topic: names.topic(topic), says, partitions, config: keptForEver, counts: 'at least' },
  { topic: names.rejected(name), says: `Records of ${name} that were refused, with their original bytes.`, partitions, config: envelopes, counts: 'any', schema: 'rejection.v1' },
  { topic: names.redriveSource(name), says: `Rejections of ${name} on their way through today's mapping.`, partitions, config: envelopes, counts: 'any' },
  { topic: names.state(name), says: `What the translator has to remember of ${name}: genesis, open rejections, suspects.`, partitions, config: compacted, counts: 'any' },
]

/** A table that rules look keys up in. Whoever feeds it decides about partitions. */
export const tableTopic = (names: Names, { says, topic }: TableCard): TopicSpec => ({ topic: names.topic(topic), says, partitions: 1, config: compacted, counts: 'any' })

type TopicOfModel = Pick<ModelCard, 'model' | 'says' | 'partitions' | 'retention'>
export const canonicalTopic = (names: Names, { model, says, partitions, retention }: TopicOfModel): TopicSpec =>
  ({ topic: names.canonical(model), says, partitions, config: { 'retention.ms': retention === 'forever' ? '-1' : `${milliseconds(retention)}`, 'max.message.bytes': String(canonicalBytes) }, schema: model })

/** What a target refused, and the way back into it. */
export const targetTopics = (names: Names, { name, models }: TargetCard, cards: readonly TopicOfModel[]): readonly TopicSpec[] => {
  const fed = cards.filter(({ model }) => models.includes(model))
  return [
    { topic: names.rejected(name), says: `Records that ${name} refused.`, partitions: Math.max(...fed.map((card) => card.partitions)), config: envelopes, schema: 'rejection.v1' },
    ...fed.map(({ model, partitions }) => ({ topic: names.redriveTarget(name, model), says: `Rejections of ${model} on their way to ${name} again.`, partitions, config: envelopes })),
  ]
}
