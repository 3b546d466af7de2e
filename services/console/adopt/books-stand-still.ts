import { booksUnit } from '../../runtime/books-unit.ts'
import type { Trouble } from '../api/status.schema.ts'
import { trouble } from '../trouble.ts'
import { movedBooks, movedTopics } from './moved-topics.ts'

/** Where the books stand still because their topics have other ids, nobody hears from the ledger what units say: then each that stands still for the same cause is named here. */
export async function booksStandStill(it: Parameters<typeof movedTopics>[0]): Promise<Trouble[]> {
  if ((await movedBooks(it.cluster, it.ledger)).length === 0) return []
  return (await movedTopics(it)).units.map(({ unit, stage, moved }) =>
    trouble(stage === 'deliver' ? 'position.topic_recreated' : 'kafka.topic_recreated', `${unit === booksUnit ? 'the books, and with them every state shown here' : unit} stopped: other ids have ${[...new Set(moved.map(({ topic }) => topic))].join(', ')}`))
}
