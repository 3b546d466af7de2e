import type { SourceCard } from '../../../canonical/card.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { NewRecord } from '../../runtime/kafka/producer.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import type { Ledger, LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import { type Given, republishOrder } from '../../runtime/republish.ts'
import type { Errand } from './redriver.ts'
import type { Send } from './rejections-errand.ts'
import { republishId } from './republish-id.ts'

/** Acts that publish records of a source again. Commands of one source take their turns, and one whose source is not known yet comes before all that follow it: see the translator's mark. */
export const publishing = ['remap', 'repair']

interface Row { readonly originPartition: number; readonly originOffset: bigint; readonly originTopicId: string; readonly give: Given[] }
export interface RepublishSettings { readonly ledger: Ledger; readonly cluster: Cluster; readonly names: Names; readonly cards: readonly SourceCard[]; readonly send: Send }

/** Source records on their way through the translator once more. In the order of command, partition and offset, and none is passed over: the translator takes nothing that comes before what it has taken. */
export const republishErrand = ({ ledger, cluster, names, cards, send }: RepublishSettings): Errand => ({
  acts: publishing,
  outcomes: async (command) => {
    const comparison = await ledger.comparison.findUnique({ where: { command }, select: { done: true } })
    const rows = await ledger.republish.groupBy({ by: ['outcome'], where: { command }, _count: true })
    return comparison?.done === false ? null : rows
  },
  sendSome: ({ id }, most) => ledger.$transaction(async (tx) => {
    const comparison = await tx.comparison.findUnique({ where: { command: id }, select: { source: true, done: true, mapping: true } })
    if (comparison?.done !== true) return 0
    const { source, mapping } = comparison
    // Whoever sends for this source holds its command; the next one waits, and then sends again what was not noted.
    const [first] = await tx.$queryRaw<{ id: string; turn: bigint }[]>`
      select id, turn from command join comparison on comparison.command = command.id
      where status = 'running' and act = any(${publishing}::text[]) and source in (${source}, '') order by turn limit 1 for update of command`
    if (first?.id !== id) return 0
    const rows = await tx.$queryRaw<Row[]>`
      select origin_partition as "originPartition", origin_offset as "originOffset", origin_topic_id as "originTopicId", give
      from republish where command = ${id} and not sent and outcome is null order by origin_partition, origin_offset limit ${most}`
    if (rows.length === 0) return 0
    const topic = names.topic(cards.find(({ name }) => name === source)!.topic), records: NewRecord[] = [], gone: Row[] = []
    for (const [partition, these] of Map.groupBy(rows, (it) => it.originPartition)) {
      const found = await readAt(cluster, topic, partition, these.map((it) => Number(it.originOffset)))
      for (const row of these) {
        const offset = Number(row.originOffset), record = found.get(offset)
        if (record === undefined) { gone.push(row); continue }
        const order = { id: republishId(id, partition, offset), turn: Number(first.turn), topic, topicId: row.originTopicId, partition, offset, mapping, give: row.give }
        // Brokers refuse times of the future, and a source's producer may have set any.
        records.push({ key: record.key, value: record.value, headers: republishOrder.put(order, record.headers), partition, timestamp: Math.min(Math.max(0, record.timestamp), Date.now()) })
      }
    }
    await send(names.redriveSource(source), records)
    await note(tx, id, rows, gone)
    return rows.length
  }, { timeout: 15_000, maxWait: 5_000 }),
})

async function note(tx: LedgerTransaction, command: string, rows: readonly Row[], gone: readonly Row[]): Promise<void> {
  const sent = rows.filter((it) => !gone.includes(it)), places = (these: readonly Row[]) => JSON.stringify(these.map((it) => ({ partition: it.originPartition, offset: Number(it.originOffset) })))
  await tx.$executeRaw`
    update republish set sent = true from jsonb_to_recordset(${places(sent)}::jsonb) as it(partition int, "offset" bigint)
    where command = ${command} and origin_partition = partition and origin_offset = "offset"`
  await tx.$executeRaw`
    update republish set outcome = 'bytes-gone' from jsonb_to_recordset(${places(gone)}::jsonb) as it(partition int, "offset" bigint)
    where command = ${command} and origin_partition = partition and origin_offset = "offset"`
}
