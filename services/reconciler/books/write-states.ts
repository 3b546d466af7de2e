import type { LedgerTransaction } from '../../runtime/ledger/ledger.ts'
import type { UnitState } from '../../runtime/states.ts'

/** Writes the last word of each lease. The topic is compacted by that key, so its order decides, not the clocks of the holders. */
export async function writeStates(tx: LedgerTransaction, states: readonly UnitState[]): Promise<void> {
  const latest = new Map(states.map((it) => [JSON.stringify([it.unit, it.topic, it.partition]), it]))
  await tx.$executeRaw`
    insert into unit_state (unit, topic, partition, stage, state, code, reason, position, instance, at, lost)
    select * from jsonb_to_recordset(${JSON.stringify([...latest.values()])}::jsonb) as it(unit text, topic text, partition int, stage text, state text,
      code text, reason text, position bigint, instance text, at timestamptz, lost jsonb)
    order by unit, topic, partition
    on conflict (unit, topic, partition) do update set
      stage = excluded.stage, state = excluded.state, code = excluded.code, reason = excluded.reason,
      position = excluded.position, instance = excluded.instance, at = excluded.at, lost = excluded.lost`
}
