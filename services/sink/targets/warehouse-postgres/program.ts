import type { TargetCard } from '../../../../canonical/card.ts'
import { modelCards } from '../../../../canonical/cards/index.generated.ts'
import { ofTarget, url, wholeNumber } from '../../../runtime/settings.ts'
import type { ModelTable } from '../columns.ts'
import { openPool } from '../postgres-pool.ts'
import { targetProgram, type TargetProgram } from '../target.ts'
import { WarehousePostgres } from './warehouse-postgres.ts'

/** The program of a target that is a PostgreSQL database, from its card and its tables: another database is another card and mapping. */
export function warehouseProgram(card: TargetCard, mapping: readonly ModelTable[]): TargetProgram {
  const settings = {
    url: ofTarget(card.name, 'url', { says: 'The warehouse database, PostgreSQL 14 or newer.', secret: true, read: url }),
    connections: ofTarget(card.name, 'connections', { says: 'Most connections at once, per process.', fallback: '4', read: wholeNumber }),
  }
  return targetProgram({
    settings, mapping, keepsUnique: true,
    make: (values, rules) => new WarehousePostgres({
      name: card.name, rules, pool: openPool(values.url, values.connections), history: card.history,
      models: mapping.filter((it) => card.models.includes(it.model)), strict: new Set(card.models.filter((model) => modelCards[model].kind === 'strict')),
    }),
  })
}
