import type { PoolClient } from 'pg'
import type { Delivery, Hold, Verdict } from './target.ts'

/** Every effect key with its outcome, for targets whose card asks for it. */
export const historyTable = `create table if not exists hub.history (
  target text not null, topic text not null, partition int not null, at timestamptz not null default now(), effect_key text not null, outcome text not null)`

export async function remember(client: PoolClient, target: string, hold: Hold, deliveries: readonly Delivery[], verdicts: readonly Verdict[]): Promise<void> {
  await client.query({
    name: 'remember', text: 'insert into hub.history (target, topic, partition, effect_key, outcome) select $1, $2, $3, k, o from unnest($4::text[], $5::text[]) as x(k, o)',
    values: [target, hold.topic, hold.partition, deliveries.map((it) => it.meta.effectKey.replaceAll('\0', '\ufffd')), verdicts.map((it) => it.outcome)],
  })
}
