import { inject } from 'vitest'
import { createDatabase } from '../deploy/local/postgres.ts'
import { openLedger, type Ledger } from '../services/runtime/ledger/ledger.ts'
import { migrate } from '../services/runtime/ledger/migrate.ts'
import type { TestHub } from './hub.ts'

/** A ledger of a test file's own, with nothing in it. Who asks for it closes it. */
export const newLedger = async (name: string): Promise<Ledger> => (await opened(await createDatabase(inject('stack').postgresPort, `${name}-${Date.now()}`))).ledger

/** The same for a hub, with the address that its programs are told. */
export const ledgerOf = async (hub: TestHub, name: string): Promise<{ readonly url: string; readonly ledger: Ledger }> => opened(await hub.createDatabase(name))

async function opened(url: string): Promise<{ readonly url: string; readonly ledger: Ledger }> {
  await migrate(url)
  return { url, ledger: openLedger(url) }
}
