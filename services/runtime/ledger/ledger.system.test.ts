import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { createDatabase } from '../../../deploy/local/postgres.ts'
import { ledgerFailure } from './ledger-failure.ts'
import { openLedger } from './ledger.ts'
import { migrate, migrations } from './migrate.ts'

const database = (): Promise<string> => createDatabase(inject('stack').postgresPort, `ledger-${randomBytes(4).toString('hex')}`)
const rows = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try { return (await client.query<Record<string, unknown>>(sql)).rows } finally { await client.end() }
}

test('the migrations make the tables that schema.prisma describes', async () => {
  const url = await database()
  await migrate(url)
  const ledger = openLedger(url)
  const tables = [ledger.position, ledger.receipt, ledger.blockCount, ledger.unitState, ledger.rejection, ledger.audit]
  expect(await Promise.all(tables.map((table) => (table as typeof ledger.audit).findMany()))).toEqual([[], [], [], [], [], []])
  await ledger.$disconnect()
})

test('two programs that migrate at once apply each migration once', async () => {
  const url = await database()
  const done = await Promise.all([migrate(url), migrate(url), migrate(url)])
  expect(done.flat().toSorted()).toEqual(migrations().map(({ name }) => name))
  expect(await migrate(url)).toEqual([])
})

test('a migration that fails leaves nothing behind and is tried again', async () => {
  const url = await database()
  const broken = { name: '1_broken', sql: 'create table half (id int); select * from nowhere' }
  await expect(migrate(url, [broken])).rejects.toMatchObject({ name: 'Environment', code: 'ledger.migration_failed' })
  expect(await rows(url, `select * from pg_tables where tablename = 'half'`)).toEqual([])
  expect(await migrate(url, [{ ...broken, sql: 'create table half (id int)' }])).toEqual(['1_broken'])
})

test('a migration that was edited after it had been applied is refused', async () => {
  const url = await database()
  await migrate(url, [{ name: '1_first', sql: 'select 1' }])
  await expect(migrate(url, [{ name: '1_first', sql: 'select 2' }])).rejects.toMatchObject({ code: 'ledger.migration_edited' })
})

test('Prisma\'s own table says what Prisma would have written', async () => {
  const url = await database()
  await migrate(url)
  const [row] = await rows(url, 'select * from _prisma_migrations')
  expect(row).toMatchObject({ migration_name: migrations()[0]?.name, applied_steps_count: 1, rolled_back_at: null, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(row?.['finished_at']).toBeInstanceOf(Date)
})

const away = async (url: string, code: string): Promise<void> => {
  const ledger = openLedger(url)
  for (const ask of [() => ledger.position.findMany(), () => ledger.$queryRaw`select * from receipt`]) {
    expect(ledgerFailure(await ask().then(() => null, (error: unknown) => error))).toMatchObject({ name: 'Environment', code })
  }
  await ledger.$disconnect()
}

test('a database that does not answer is the environment\'s fault', () => away('postgresql://hub@127.0.0.1:1/hub', 'ledger.unreachable'))
test('a database that does not exist is the environment\'s fault', async () => away(`${await database()}-gone`, 'ledger.unreachable'))
test('a database without the tables is the environment\'s fault', async () => away(await database(), 'ledger.no_tables'))
