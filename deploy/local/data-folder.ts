import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openToAll } from './postgres.ts'

/**
 * Where PostgreSQL keeps its data: .hub/postgres, or the temporary folder when we are root, PostgreSQL therefore runs as `nobody`
 * and `nobody` cannot get into the project's folder. A file in .hub/ then says where, for npm run reset.
 */
export function postgresFolder(data: string): string {
  const elsewhere = join(data, 'postgres.elsewhere')
  if (process.getuid?.() !== 0 || openToAll(data)) { rmSync(elsewhere, { force: true }); return join(data, 'postgres') }
  const folder = join(tmpdir(), `tributary-postgres-${createHash('sha256').update(data).digest('hex').slice(0, 12)}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(elsewhere, folder)
  return folder
}
