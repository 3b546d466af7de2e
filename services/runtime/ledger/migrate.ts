import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { packageRoot } from '../../../canonical/schemas.ts'
import { Environment } from '../failure.ts'

export interface Migration { readonly name: string; readonly sql: string }

const folder = join(packageRoot, 'services', 'runtime', 'ledger', 'migrations')
// Prisma's own lock: its command and this runner never work at the same time.
const lock = 72707369

export const migrations = (): Migration[] => readdirSync(folder).toSorted()
  .map((name) => ({ name, file: join(folder, name, 'migration.sql') }))
  .filter(({ file }) => existsSync(file))
  .map(({ name, file }) => ({ name, sql: readFileSync(file, 'utf8') }))

/**
 * Brings the ledger's tables up to date and says which migrations it applied. Writes Prisma's own table, so that `prisma migrate status`
 * agrees. Unlike Prisma, each migration and its mark commit together: one that fails leaves nothing behind and can be tried again.
 */
export async function migrate(url: string, wanted: readonly Migration[] = migrations()): Promise<string[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect().catch((error: Error) => { throw new Environment('ledger.unreachable', `The ledger database does not answer: ${error.message}`, { cause: error }) })
  try {
    await client.query('select pg_advisory_lock($1)', [lock])
    await client.query(`create table if not exists _prisma_migrations (
      id varchar(36) primary key not null, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
      logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`)
    const { rows } = await client.query<Applied>('select migration_name, checksum, finished_at from _prisma_migrations where rolled_back_at is null')
    const applied = new Map(rows.map((row) => [row.migration_name, row]))
    const done: string[] = []
    for (const migration of wanted) {
      const earlier = applied.get(migration.name)
      const checksum = createHash('sha256').update(migration.sql).digest('hex')
      if (earlier === undefined) { await apply(client, migration, checksum); done.push(migration.name) } else check(earlier, checksum)
    }
    return done
  } finally { await client.end() }
}

interface Applied { migration_name: string; checksum: string; finished_at: Date | null }

function check(earlier: Applied, checksum: string): void {
  if (earlier.finished_at === null) throw new Environment('ledger.migration_failed', `Migration ${earlier.migration_name} was begun by another tool and not finished`)
  if (earlier.checksum !== checksum) throw new Environment('ledger.migration_edited', `Migration ${earlier.migration_name} was edited after it had been applied`)
}

async function apply(client: Client, { name, sql }: Migration, checksum: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ($1, $2, $3, now(), 1)', [randomUUID(), checksum, name])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Environment('ledger.migration_failed', `Migration ${name} failed and was undone: ${(error as Error).message}`, { cause: error })
  }
}

if (import.meta.main) {
  const url = process.env.HUB_LEDGER_URL
  if (url === undefined) { console.error('ledger.no_url: HUB_LEDGER_URL is not set.'); process.exitCode = 2 }
  else {
    const done = await migrate(url)
    console.log(done.length === 0 ? 'The ledger is up to date.' : `Applied ${done.join(', ')}.`)
  }
}
