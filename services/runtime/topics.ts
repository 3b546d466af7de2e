import type { Names } from './names.ts'

export interface TopicSpec { readonly topic: string; readonly says: string; readonly partitions: number; readonly config: Readonly<Record<string, string>> }

/** Receipts of one origin partition always go to the same receipts partition: origin partition mod this. */
export const receiptPartitions = 4

/** The hub's own topics, whatever sources and targets there are. */
export const hubTopics = (names: Names): readonly TopicSpec[] => [
  { topic: names.receipts, says: 'The books: one receipt for each chunk, of every stage.', partitions: receiptPartitions, config: { 'retention.ms': '-1' } },
  { topic: names.states, says: 'What each partition of each unit is doing, last word per key.', partitions: 1, config: { 'cleanup.policy': 'compact', 'segment.ms': '3600000' } },
  { topic: names.commands, says: 'What people asked the programs to do. Only the console writes it.', partitions: 1, config: { 'retention.ms': '-1' } },
]
const MiB = 1_048_576
/** A rejection carries the original bytes in an envelope. */
export const envelopeBytes = 2 * MiB
