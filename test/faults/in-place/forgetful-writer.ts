// In the place of the warehouse's writer: of some orders it says that they are written, and forgets them.
import type { PoolClient } from 'pg'
import { applied } from '../../../services/sink/targets/state-order.ts'
import type { Delivery, Verdict } from '../../../services/sink/targets/target.ts'
import { Writer as Real } from '../../../services/sink/targets/warehouse-postgres/writer.ts'

const each = 60
let count = 0

export class Writer extends Real {
  override async write(client: PoolClient, states: readonly Delivery[]): Promise<readonly Verdict[]> {
    const kept = states.filter(({ meta }) => !meta.effectKey.startsWith('order.v1/') || ++count % each !== 0), verdicts = new Map((await super.write(client, kept)).map((it, at) => [kept[at], it]))
    return states.map((it) => verdicts.get(it) ?? applied)
  }
}
