import type { TargetCard } from '../../../canonical/card.ts'
import { ofTarget, optional, url } from '../../runtime/settings.ts'
import { rowsOf, sqlTables } from './audit-rows.ts'
import { targetAudit, type TargetAudit } from './audit.ts'
import { AuditDatabase, standOf } from './audit-database.ts'
import type { ModelTable } from './columns.ts'
import { PostgresSnapshot } from './postgres-snapshot.ts'
import { RowBytes } from './row-bytes.ts'

/** The audit of a target that is a PostgreSQL database, from its card and its tables. */
export function postgresAudit({ name }: TargetCard, mapping: readonly ModelTable[]): TargetAudit {
  return targetAudit({
    settings: { url: ofTarget(name, 'url', { says: `Where ${name} is, to be audited; a role that may read is enough. Empty: it is not audited.`, fallback: '', secret: true, read: optional(url) }) },
    open: (values) => {
      if (values.url === null) return null
      const database = new AuditDatabase(values.url)
      return {
        of: (model, topic) => {
          const table = mapping.find((it) => it.model === model)
          if (table === undefined) throw new Error(`${name} has no table for ${model}`)
          const tables = sqlTables(table)
          return {
            tables, rowsOf: rowsOf(table, new RowBytes()),
            stand: () => database.read('read committed', (client) => standOf(client, name, topic)),
            snapshot: (work) => database.read('repeatable read', async (client) => work(new PostgresSnapshot({ client, target: name, table, tables, stand: await standOf(client, name, topic) }))),
          }
        },
        close: () => database.close(),
      }
    },
  })
}
