import pg from 'pg'
import { ofTarget, url } from '../../../runtime/settings.ts'
import { heldProgram } from '../held.ts'
import { heldState, readOnlyPool, stateColumns, type HeldRow } from '../read-only-pool.ts'
import card from './card.ts'
import mapping from './mapping.ts'

const settings = { url: ofTarget(card.name, 'url', { says: 'The warehouse database; here it is only read.', secret: true, read: url }) }

export default heldProgram({
  settings,
  open: (values) => {
    const pool = readOnlyPool(values.url)
    return {
      async held(model, entities) {
        const table = mapping.find((it) => it.model === model)!.table
        const { rows } = await pool.query<HeldRow>(`select ${stateColumns}, false as deleted from ${pg.escapeIdentifier(table)} where entity = any($1::text[])
          union all select ${stateColumns}, true from hub.tombstone where target = $2 and model = $3 and entity = any($1::text[])`, [entities, card.name, model])
        return new Map(rows.map((row) => [row.entity, heldState(row)]))
      },
      close: () => pool.end(),
    }
  },
})
