import { modelCards } from '../../../../canonical/cards/index.generated.ts'
import { ofTarget, url, wholeNumber } from '../../../runtime/settings.ts'
import { openPool } from '../postgres-pool.ts'
import { targetProgram } from '../target.ts'
import card from './card.ts'
import mapping from './mapping.ts'
import { WarehousePostgres } from './warehouse-postgres.ts'

const settings = {
  url: ofTarget(card.name, 'url', { says: 'The warehouse database, PostgreSQL 14 or newer.', secret: true, read: url }),
  connections: ofTarget(card.name, 'connections', { says: 'Most connections at once, per process.', fallback: '8', read: wholeNumber }),
}

export default targetProgram({
  settings, mapping,
  make: (values) => new WarehousePostgres({
    name: card.name, pool: openPool(values.url, values.connections), history: card.history,
    models: mapping.filter((it) => card.models.includes(it.model)), strict: new Set(card.models.filter((model) => modelCards[model].kind === 'strict')),
  }),
})
