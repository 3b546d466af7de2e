import type { PoolClient } from 'pg'
import { copyInto } from './copy-into.ts'
import type { Delivery, Hold, Verdict } from './target.ts'

/** Every effect key with its outcome, for targets whose card asks for it. */
export const historyTable = `create table if not exists hub.history (
  target text not null, topic text not null, partition int not null, at timestamptz not null default now(), effect_key text not null, outcome text not null)`

export async function remember(client: PoolClient, target: string, hold: Hold, deliveries: readonly Delivery[], verdicts: readonly Verdict[]): Promise<void> {
  await copyInto(client, 'hub.history (target, topic, partition, effect_key, outcome)', 5, (rows) => {
    for (let at = 0; at < deliveries.length; at++) {
      const key = deliveries[at]!.meta.effectKey
      rows.row()
      rows.text(target)
      rows.text(hold.topic)
      rows.integer(hold.partition)
      // No text of this database takes a NUL.
      rows.text(key.includes('\0') ? key.replaceAll('\0', '\ufffd') : key)
      rows.text(verdicts[at]!.outcome)
    }
  })
}
