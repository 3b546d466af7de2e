import { inject } from 'vitest'
import { createDatabase } from '../deploy/local/postgres.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'

/** A ledger of a test file's own, with nothing in it. Who asks for it closes it. */
export async function newLedger(name: string): Promise<Ledger> {
  const url = await createDatabase(inject('stack').postgresPort, `${name}-${Date.now()}`)
  await migrate(url)
  return openLedger(url)
}
