import { receiptCodec, rejectionCodec } from '../../../canonical/codec.ts'
import { schemaIdOf } from '../../../canonical/reader.ts'
import { commandOf } from '../../runtime/command-of.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import { readRange } from '../../runtime/kafka/read-range.ts'
import { stateOf } from '../../runtime/state-record.ts'
import type { Moved } from '../../runtime/topic-moved.ts'
import { lookedBack } from './answers-say.ts'
import type { Surroundings, Witness } from './witness.ts'

const receipts = receiptCodec(), rejections = rejectionCodec()
const compared = 20

/** Whether the ledger holds what lies last before the books' position in a topic of the hub's own. Null: it does. */
export async function booksDiffer({ it }: Witness, { topic, partition }: Moved, first: number, position: number): Promise<string | null> {
  const records = (await readRange(it.cluster, topic, partition, Math.max(first, position - lookedBack), position)).toReversed().slice(0, compared)
  let fits = 0
  for (const record of records) {
    const holds = await isHeld(it, topic, partition, record)
    if (holds === false) return `the ledger does not hold what lies at ${record.offset}`
    if (holds === true) fits++
  }
  return fits > 0 ? null : `nothing between ${first} and ${position} can be compared with the ledger`
}

/** Null: it says nothing that the ledger keeps. */
async function isHeld({ ledger, names, registry }: Surroundings, topic: string, partition: number, { offset, value }: KafkaRecord): Promise<boolean | null> {
  if (value === null) return null
  if (topic === names.states) {
    const said = stateOf(value)
    return said === null ? null : await ledger.unitState.count({ where: { unit: said.unit, topic: said.topic, partition: said.partition } }) > 0
  }
  if (topic === names.commands) {
    const found = await commandOf(value, registry)
    return 'command' in found ? await ledger.command.count({ where: { id: found.command.id } }) > 0 : null
  }
  const schema = await registry.schemaOf(schemaIdOf(value))
  if (schema === null) return null
  if (topic === names.receipts) {
    const { stage, unit, topic: of, partition: at, from, next, revision } = receipts.decode(value, () => schema), place = { stage: stage.toLowerCase(), unit, topic: of, partition: at }
    // Under whatever id its topic has by now. An old one is folded away.
    return await ledger.receipt.count({ where: { ...place, from, next, revision } }) > 0 || await ledger.span.count({ where: { ...place, from: { lte: from }, folded: { gte: next } } }) > 0
  }
  const { id, attempt } = rejections.decode(value, () => schema)
  return await ledger.rejection.count({ where: { id, OR: [{ attempt: { gt: attempt } }, { rejectedPartition: partition, rejectedOffset: { gte: offset } }] } }) > 0
}
