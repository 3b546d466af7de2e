import { atOneInstant, type Ledger, type LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import { ledgerFailure } from '../../runtime/ledger/ledger-failure.ts'
import type { Counted } from '../../runtime/balance-terms.ts'
import type { SpanRow } from './spans.ts'

/** So many blocks are looked at in one go. */
export const blocksAtOnce = 500

export interface BlockKey { readonly topic: string; readonly partition: number; readonly block: number }
/** Times in milliseconds. */
export interface BlockRow extends BlockKey { readonly changed: number; readonly oldest: number | null; readonly resent: boolean }
export interface Prefix { readonly source: string; readonly topic: string; readonly topicId: string; readonly partition: number; readonly from: number; readonly next: number }
export interface Lines extends BlockKey { readonly counted: readonly Counted[] }
/** How a block stood for a target before; `abouts`: the findings that were told of it. */
export interface Before { readonly whole: boolean; readonly abouts: readonly string[] }
/** Blocks of one target and partition that were not balanced when they were looked at, and that nobody has counted in since. */
export interface OpenRow extends BlockKey { readonly target: string; readonly whole: boolean; readonly oldest: number | null; /** Of the blocks above the lowest. */ readonly others: number | null; /** The latest look at one that nobody was told of. */ readonly untold: number | null; readonly told: boolean }

/** One consistent instant of the ledger: whatever is compared has to be read here. */
export class Snapshot {
  readonly #tx: LedgerTransaction
  private constructor(tx: LedgerTransaction) { this.#tx = tx }

  static take<T>(ledger: Ledger, read: (it: Snapshot) => Promise<T>): Promise<T> {
    return atOneInstant(ledger, (tx) => read(new Snapshot(tx))).catch((error: unknown) => { throw ledgerFailure(error) })
  }

  async spans(): Promise<SpanRow[]> {
    return (await this.#tx.span.findMany()).map(({ stage, unit, topic, topicId, partition, from, next }) => ({ stage, unit, topic, topicId, partition, from: Number(from), next: Number(next) }))
  }
  /** How far the books have read. */
  async read(topic: string): Promise<Map<number, number>> {
    return new Map((await this.#tx.position.findMany({ where: { topic } })).map(({ partition, next }) => [partition, Number(next)]))
  }

  /** Blocks that somebody has counted in since they were looked at; one more than are looked at, where there are more. */
  async changed(topics: readonly string[]): Promise<BlockRow[]> {
    return (await this.#tx.$queryRaw<Raw<BlockRow>[]>`
      select topic, partition, block, changed, oldest, resent from block where changed <> looked and topic = any(${topics}) order by topic, partition, block limit ${blocksAtOnce + 1}`).map(plain)
  }

  async lines(blocks: readonly BlockKey[]): Promise<Lines[]> {
    if (blocks.length === 0) return []
    const rows = await this.#tx.$queryRaw<(Omit<Counted, 'hashSum'> & { topic: string; partition: number; block: bigint; hashSum: string })[]>`
      select origin_topic as topic, origin_partition as partition, it.block, stage, unit, model, outcome, count, hash_sum::text as "hashSum", totals
      from jsonb_to_recordset(${JSON.stringify(blocks.map(({ topic, partition, block }) => ({ topic, partition, block })))}::jsonb) as it(topic text, partition int, block bigint)
      join block_count on origin_topic = it.topic and origin_partition = it.partition and block_count.block = it.block`
    const byBlock = Map.groupBy(rows, ({ topic, partition, block }) => keyOf({ topic, partition, block: Number(block) }))
    return blocks.map(({ topic, partition, block }) => ({
      topic, partition, block, counted: (byBlock.get(keyOf({ topic, partition, block })) ?? []).map(({ hashSum, ...it }) => ({ ...it, hashSum: BigInt(hashSum) })),
    }))
  }

  async open(): Promise<OpenRow[]> {
    return (await this.#tx.$queryRaw<Raw<OpenRow>[]>`
      select target, topic, partition, min(block) as block, (array_agg(whole order by block))[1] as whole, (array_agg(oldest order by block))[1] as oldest, min(oldest) filter (where place > 1) as others,
        max(look) filter (where not told) as untold, bool_or(told) as told
      from (
        select target, topic, partition, block, whole, look, told is not distinct from unbalanced.changed as told, oldest, row_number() over (partition by target, topic, partition order by block) as place
        from unbalanced join block using (topic, partition, block) where block.changed = block.looked
      ) as it group by target, topic, partition`).map(plain)
  }

  /** Of the blocks that just changed, those that were not balanced before: by block, then target. */
  async unbalanced(blocks: readonly BlockKey[]): Promise<Map<string, Map<string, Before>>> {
    const rows = blocks.length === 0 ? [] : await this.#tx.$queryRaw<(Before & { target: string; topic: string; partition: number; block: bigint })[]>`
      select target, topic, partition, block, whole, abouts from unbalanced
      join jsonb_to_recordset(${JSON.stringify(blocks)}::jsonb) as it(topic text, partition int, block bigint) using (topic, partition, block)`
    return new Map([...Map.groupBy(rows, (it) => keyOf({ ...it, block: Number(it.block) }))].map(([key, these]) => [key, new Map(these.map((it) => [it.target, it]))]))
  }

  /** Marks of those of these findings that a person has accepted. */
  async accepted(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = ids.length === 0 ? [] : await this.#tx.finding.findMany({ where: { id: { in: [...ids] }, status: 'accepted' }, select: { id: true, mark: true } })
    return new Map(rows.map(({ id, mark }) => [id, mark]))
  }

  /** By `target topic`: the ranges that a target went on behind because its topic did not hold them any more, and on whose order. */
  async passedOver(): Promise<Map<string, string[]>> {
    const rows = await this.#tx.passedOver.findMany({ orderBy: [{ partition: 'asc' }, { from: 'asc' }] })
    return new Map([...Map.groupBy(rows, ({ target, topic }) => `${target} ${topic}`)].map(([key, these]) => [key, these.map(({ topic, partition, from, next, command }) => `${topic}/${partition} from ${from} to ${next - 1n} by order ${command}`)]))
  }

  /** How far everything was proven before, by `target topic/partition`. */
  async proven(): Promise<Map<string, number>> {
    return new Map((await this.#tx.verified.findMany()).map(({ target, topic, partition, through }) => [`${target} ${topic}/${partition}`, Number(through)]))
  }

  /** By `topic/partition/from`: the time of the oldest record that receipts from there on tell of. Where the first of them is not kept any more, there is none. */
  async prefixes(of: readonly Prefix[]): Promise<Map<string, number>> {
    if (of.length === 0) return new Map()
    const rows = await this.#tx.$queryRaw<{ place: string; oldest: Date }[]>`
      select it.topic || '/' || it.partition || '/' || it."from" as place, min(receipt.oldest) as oldest
      from (select distinct * from jsonb_to_recordset(${JSON.stringify(of)}::jsonb) as it(source text, topic text, "topicId" text, partition int, "from" bigint, next bigint)) as it
      join receipt on stage = 'translate' and unit = source and topic_id = "topicId" and receipt.partition = it.partition and from_offset >= it."from" and from_offset < it.next
      group by 1, it."from" having min(from_offset) = it."from" and min(receipt.oldest) is not null`
    return new Map(rows.map(({ place, oldest }) => [place, oldest.getTime()]))
  }

  /** Blocks of a target that are settled, still differ, and of which nobody was told as they are now. */
  async settled(target: string, look: number): Promise<(BlockRow & Pick<Before, 'abouts'>)[]> {
    return (await this.#tx.$queryRaw<Raw<BlockRow & Pick<Before, 'abouts'>>[]>`
      select topic, partition, block, block.changed, oldest, resent, abouts from unbalanced join block using (topic, partition, block)
      where target = ${target} and look <= ${look} and told is distinct from unbalanced.changed and unbalanced.changed = block.changed order by topic, partition, block limit 100`).map(plain)
  }
}

export const keyOf = ({ topic, partition, block }: BlockKey): string => `${topic}/${partition}/${block}`

/** A row as the driver gives it: long numbers as bigint, times as Date. */
type Raw<T> = { [K in keyof T]: T[K] | bigint | Date }
const plain = <T extends object>(row: Raw<T>): T => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value instanceof Date ? value.getTime() : value])) as T
