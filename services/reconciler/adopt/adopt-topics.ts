import type { Adoption } from '../../../canonical/models.generated.ts'
import { booksUnit } from '../../runtime/books-unit.ts'
import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'

/**
 * Moves what the ledger holds of a unit's topics to the ids that they have now, in the transaction that takes the command in: receipts join, and nothing is counted anew.
 * What still comes under the old ids is entered under the new ones: see topicIdOf. Answers what it was, and is, by partition.
 */
export async function adoptTopics(tx: LedgerTransaction, unit: string, orders: readonly Adoption[]): Promise<{ readonly before: Record<string, string>; readonly after: Record<string, string> }> {
  // The books' own positions were moved by who holds them, or this command could not have been read.
  if (unit !== booksUnit) for (const { topic, was, now } of new Map(orders.map((it) => [`${it.topic} ${it.was} ${it.now}`, it])).values()) await move(tx, unit, topic, was, now)
  const placed = (idOf: (it: Adoption) => string) => Object.fromEntries(orders.map((it) => [`${it.topic}/${it.partition}`, `${idOf(it)} at ${it.position}`]))
  return { before: placed(({ was }) => was), after: placed(({ now }) => now) }
}

async function move(tx: LedgerTransaction, unit: string, topic: string, was: string, now: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('tributary.adopted'))`
  // A Kafka that is moved back gets an id again that it had before.
  await tx.$executeRaw`delete from adopted where unit = ${unit} and topic = ${topic} and was = ${now}`
  await tx.$executeRaw`update adopted set now = ${now} where unit = ${unit} and topic = ${topic} and now = ${was}`
  await tx.$executeRaw`insert into adopted (unit, topic, was, now) values (${unit}, ${topic}, ${was}, ${now}) on conflict (unit, topic, was) do update set now = excluded.now`
  await tx.$executeRaw`update receipt set topic_id = ${now} where unit = ${unit} and topic = ${topic} and topic_id = ${was}`
  await tx.$executeRaw`update span set topic_id = ${now} where unit = ${unit} and topic = ${topic} and topic_id = ${was}`
  await tx.$executeRaw`update rejection set origin_topic_id = ${now} where unit = ${unit} and origin_topic = ${topic} and origin_topic_id = ${was}`
  await tx.$executeRaw`update republish set origin_topic_id = ${now} where origin_topic_id = ${was} and command in (select command from comparison where source = ${unit})`
  await tx.$executeRaw`
    update comparison set parts = (select jsonb_agg(case when it ->> 'topicId' = ${was} then it || jsonb_build_object('topicId', ${now}::text) else it end) from jsonb_array_elements(parts) as it)
    where source = ${unit} and not done and jsonb_typeof(parts) = 'array' and parts <> '[]'`
}
