import type { Pool, PoolClient } from 'pg'
import type { Hold, Input, Letter, StoredLetter } from './target.ts'

export const outboxTable = `create table if not exists hub.outbox (
  id bigint generated always as identity primary key, target text not null, topic text not null, partition int not null,
  to_topic text not null, to_partition int, key bytea not null, value bytea not null, headers json)`
/** For databases that had their outbox before letters had headers. */
export const outboxHeaders = 'alter table hub.outbox add column if not exists headers json'
export const outboxIndex = 'create index if not exists outbox_of_input on hub.outbox (target, topic, partition, id)'

export async function post(client: PoolClient, target: string, hold: Hold, letters: readonly Letter[]): Promise<void> {
  if (letters.length === 0) return
  await client.query({
    name: 'post', text: `insert into hub.outbox (target, topic, partition, to_topic, to_partition, key, value, headers)
      select $1, $2, $3, t, p, k, v, h from unnest($4::text[], $5::int[], $6::bytea[], $7::bytea[], $8::json[]) with ordinality as x(t, p, k, v, h, n) order by n`,
    values: [target, hold.topic, hold.partition, letters.map((it) => it.topic), letters.map((it) => it.partition), letters.map((it) => it.key), letters.map((it) => it.value), letters.map((it) => it.headers === undefined ? null : JSON.stringify(it.headers))],
  })
}

/** What is read at once stays about this small, whatever the letters hold: a rejection has its record with it. */
export const bytesAtOnce = 4_000_000

export async function pending(pool: Pool, target: string, inputs: readonly Input[], most: number): Promise<readonly StoredLetter[]> {
  const { rows } = await pool.query<{ id: string; to_topic: string; to_partition: number | null; key: Buffer; value: Buffer; headers: Record<string, string> | null }>({
    name: 'pending', text: `select id, to_topic, to_partition, key, value, headers from (
        select *, sum(octet_length(value)) over (order by id) - octet_length(value) as before from (
          select * from hub.outbox where target = $1 and (topic, partition) in (select * from unnest($2::text[], $3::int[])) order by id limit $4) as oldest) as it
      where before < $5 order by id`,
    values: [target, inputs.map((it) => it.topic), inputs.map((it) => it.partition), most, bytesAtOnce],
  })
  return rows.map(({ id, to_topic, to_partition, key, value, headers }) => ({ id, topic: to_topic, partition: to_partition, key, value, ...(headers === null ? {} : { headers }) }))
}

export async function forget(pool: Pool, letters: readonly StoredLetter[]): Promise<void> {
  await pool.query({ name: 'forget', text: 'delete from hub.outbox where id = any($1::bigint[])', values: [letters.map((it) => it.id)] })
}
