import { hashOfNothing, parseEffectKey } from '../../../../canonical/key.ts'
import { ofTarget, url } from '../../../runtime/settings.ts'
import { heldProgram } from '../held.ts'
import { heldState, readOnlyPool, stateColumns, type HeldRow } from '../read-only-pool.ts'
import card from './card.ts'

const settings = { state: ofTarget(card.name, 'state-url', { says: 'The sink\'s state database; here it is only read.', secret: true, read: url }) }

/** What the API was seen to take: it is not asked itself. A delete is known by its key, which carries the hash of nothing. */
export default heldProgram({
  settings,
  open: (values) => {
    const pool = readOnlyPool(values.state)
    return {
      async held(model, entities) {
        const { rows } = await pool.query<HeldRow>(`select ${stateColumns}, false as deleted from hub.entity where target = $1 and model = $2 and entity = any($3::text[])`, [card.name, model, entities])
        return new Map(rows.map((row) => [row.entity, { ...heldState(row), deleted: parseEffectKey(row.effect_key).hash === hashOfNothing }]))
      },
      close: () => pool.end(),
    }
  },
})
