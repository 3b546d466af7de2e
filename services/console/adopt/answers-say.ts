import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import { readRange } from '../../runtime/kafka/read-range.ts'
import { type Redriven, redrivenOf } from '../../runtime/redrive.ts'
import { type Republish, republishOrder } from '../../runtime/republish.ts'
import type { Moved } from '../../runtime/topic-moved.ts'
import type { Witness } from './witness.ts'

/** So far back, and so many orders. */
export const lookedBack = 2_000
const compared = 20

/** Whether what was ordered last before the position of a redrive topic was answered by the unit. Null: it was. */
export async function answersDiffer(witness: Witness, { topic, partition }: Moved, first: number, position: number): Promise<string | null> {
  const records = (await readRange(witness.it.cluster, topic, partition, Math.max(first, position - lookedBack), position)).toReversed()
  let fits = 0
  for (const record of records) {
    const answered = await wasAnswered(witness, record)
    if (answered === false) return `the order at ${record.offset} was never answered`
    if (answered === true && ++fits === compared) break
  }
  return fits > 0 ? null : `nothing between ${first} and ${position} is an order that could be compared`
}

/** Null: it is no order. */
async function wasAnswered(witness: Witness, record: KafkaRecord): Promise<boolean | null> {
  const redriven = redrivenOf(record), republish = redriven === null ? republishOrder.of(record) : null
  return redriven !== null ? await isAnswered(witness, redriven) : republish !== null ? await isPublished(witness, republish) : null
}

async function isAnswered({ it: { ledger }, unread }: Witness, { rejection, attempt }: Redriven): Promise<boolean> {
  return unread.some(({ answers }) => answers.some((it) => it.rejection === rejection && it.attempt === attempt))
    || await ledger.answer.count({ where: { rejection, attempt } }) > 0 || await ledger.redrive.count({ where: { rejection, attempt, outcome: { not: null } } }) > 0
}

async function isPublished({ it: { ledger }, unread }: Witness, { id, partition, offset }: Republish): Promise<boolean> {
  const command = id.slice(0, -`/${partition}/${offset}`.length)
  return unread.some(({ answers }) => answers.some((it) => it.rejection === id && it.attempt === 0))
    || await ledger.republish.count({ where: { command, originPartition: partition, originOffset: offset, outcome: { not: null } } }) > 0
}
