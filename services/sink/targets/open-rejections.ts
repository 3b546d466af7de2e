import type { Pool, PoolClient } from 'pg'
import type { Totals } from '../../runtime/books.ts'
import { classified } from './postgres-failure.ts'
import type { Account, Counted, Input, OpenRejection } from './target.ts'

export const openRejectionTable = `create table if not exists hub.open_rejection (
  target text not null, topic text not null, partition int not null, at_offset bigint not null, topic_id text not null,
  attempt int not null, code text not null, entity text collate "C", version bigint, revision int, counted text not null,
  primary key (target, topic, partition, at_offset));
create index if not exists open_rejection_of_entity on hub.open_rejection (target, topic, partition, entity, at_offset)`

interface Row { at_offset: string; attempt: number; code: string; entity: string | null; version: string | null; revision: number | null; counted: string }
const columns = 'at_offset, attempt, code, entity, version, revision, counted'
const ours = 'target = $1 and topic = $2 and partition = $3 and topic_id = $4'

/**
 * The records of a partition that the target refused, in the target itself: they change in the transaction that refuses or applies.
 * Invariant 14: a redriven record is taken only while its rejection is open here, whoever sends it how often.
 */
export class OpenRejections {
  readonly #pool: Pool
  readonly #target: string
  constructor(pool: Pool, target: string) {
    this.#pool = pool
    this.#target = target
  }

  /** How many there are, and of which entities. */
  async entities(input: Input): Promise<{ count: number; entities: Set<string> }> {
    const rows = await this.#ask<{ entity: string | null; n: string }>(input, 'open entities', `select entity, count(*) as n from hub.open_rejection where ${ours} group by entity`)
    return { count: rows.reduce((sum, { n }) => sum + Number(n), 0), entities: new Set(rows.flatMap(({ entity }) => entity ?? [])) }
  }

  at(input: Input, offsets: readonly number[]): Promise<OpenRejection[]> {
    return this.#rows(input, 'open at', `select ${columns} from hub.open_rejection where ${ours} and at_offset = any($5::bigint[]) order by at_offset`, offsets)
  }

  /** The first of each of these entities, in the order of the topic. */
  lines(input: Input, entities: readonly string[], most: number | null): Promise<OpenRejection[]> {
    return this.#rows(input, 'open lines', `select line.* from unnest($5::text[]) as it(entity) cross join lateral (
      select ${columns} from hub.open_rejection r where ${ours} and r.entity = it.entity order by at_offset limit $6) as line`, entities, most)
  }

  async change(client: PoolClient, { of, opened, closed }: Account): Promise<void> {
    const at = [this.#target, of.topic, of.partition]
    if (closed.length > 0) await client.query({ name: 'close', text: 'delete from hub.open_rejection where target = $1 and topic = $2 and partition = $3 and at_offset = any($4::bigint[])', values: [...at, closed] })
    if (opened.length === 0) return
    await client.query({
      name: 'open', text: `insert into hub.open_rejection (target, topic, partition, topic_id, ${columns})
        select $1, $2, $3, $4, * from unnest($5::bigint[], $6::int[], $7::text[], $8::text[], $9::bigint[], $10::int[], $11::text[])
        on conflict (target, topic, partition, at_offset) do update set (topic_id, ${columns}) = (excluded.topic_id, ${columns.split(', ').map((it) => `excluded.${it}`).join(', ')})`,
      values: [...at, of.topicId, opened.map((it) => it.offset), opened.map((it) => it.attempt), opened.map((it) => it.code), opened.map((it) => it.entity), opened.map((it) => it.version), opened.map((it) => it.revision), opened.map((it) => textOf(it.counted))],
    })
  }

  async #rows(input: Input, name: string, text: string, ...values: readonly unknown[]): Promise<OpenRejection[]> {
    const rows = await this.#ask<Row>(input, name, text, ...values)
    return rows.map(({ at_offset, attempt, code, entity, version, revision, counted }) =>
      ({ offset: Number(at_offset), attempt, code, entity, version: version === null ? null : Number(version), revision, counted: countedOf(counted) }))
  }

  async #ask<R extends object>({ topic, topicId, partition }: Input, name: string, text: string, ...values: readonly unknown[]): Promise<R[]> {
    try {
      return (await this.#pool.query<R>({ name, text, values: [this.#target, topic, partition, topicId, ...values] })).rows
    } catch (error) { throw classified(error, 'reading open rejections') }
  }
}

// As text: no database of this kind takes every text as JSON.
const textOf = ({ origin: { topic, partition, offset }, hash, totals }: Counted) => JSON.stringify({ topic, partition, offset, hash: `${hash}`, totals })
function countedOf(text: string): Counted {
  const { topic, partition, offset, hash, totals } = JSON.parse(text) as { topic: string; partition: number; offset: number; hash: string; totals: Totals }
  return { origin: { topic, partition, offset }, hash: BigInt(hash), totals }
}
