import { kafkaTime } from '../../../canonical/micros.ts'
import { readRange } from '../../runtime/kafka/read-range.ts'
import type { Moved } from '../../runtime/topic-moved.ts'
import type { Witness } from './witness.ts'

/** What a chunk's receipt says of the records that it had: times in milliseconds, null where it had none. */
interface Account { readonly from: number; readonly next: number; readonly oldest: number | null; readonly newest: number | null }
/** `reach`: up to where receipts account for records; null: there are none. */
export interface Accounts { readonly reach: number | null; readonly accounts: readonly Account[] }

/** So many chunks with records are compared. */
const compared = 3
const looked = 200

/** Receipts of a partition under the id that was read, the last one first. */
export async function accountsOf({ it: { ledger }, unread }: Witness, stage: 'translate' | 'deliver', unit: string, { topic, partition, was }: Moved): Promise<Accounts> {
  const rows = await ledger.receipt.findMany({ where: { stage, unit, topic, topicId: was, partition, revision: 0 }, orderBy: { from: 'desc' }, take: looked, select: { from: true, next: true, oldest: true, newest: true } })
  const ms = (micros: number | null) => (micros === null ? null : Math.floor(micros / 1_000))
  const accounts = new Map(rows.map(({ from, next, oldest, newest }) => [Number(from), { from: Number(from), next: Number(next), oldest: oldest?.getTime() ?? null, newest: newest?.getTime() ?? null }]))
  for (const it of unread) {
    if (it.stage.toLowerCase() === stage && it.unit === unit && it.topic === topic && it.partition === partition && it.topicId === was && it.revision === 0) {
      accounts.set(it.from, { from: it.from, next: it.next, oldest: ms(it.oldest), newest: ms(it.newest) })
    }
  }
  const all = [...accounts.values()].toSorted((a, b) => b.from - a.from)
  return { reach: all.length === 0 ? null : Math.max(...all.map(({ next }) => next)), accounts: all }
}

/** Whether the last chunks before the position hold records of the times that their receipts say. Null: they do. */
export async function timesDiffer({ it: { cluster } }: Witness, { topic, partition }: Moved, accounts: readonly Account[], first: number, position: number): Promise<string | null> {
  const these = accounts.filter(({ from, next, newest }) => newest !== null && from >= first && next <= position).slice(0, compared)
  if (these.length === 0) return `no receipt tells of records between ${first} and ${position}, so nothing can be compared`
  for (const { from, next, oldest, newest } of these) {
    const times = (await readRange(cluster, topic, partition, from, next)).map(({ timestamp }) => Math.floor(kafkaTime(timestamp) / 1_000))
    const [least, most] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)]
    if (times.length > 0 && most === newest && (oldest === null || least === oldest)) continue
    const said = `the records at ${from} to ${next - 1} that were handled are of ${text(oldest ?? newest!)} to ${text(newest!)}`
    return times.length === 0 ? `${said}, and the topic has none there` : `${said}, those in the topic of ${text(least)} to ${text(most)}`
  }
  return null
}

function text(ms: number): string {
  const at = new Date(ms)
  return Number.isNaN(at.getTime()) ? `${ms} ms` : at.toISOString()
}
