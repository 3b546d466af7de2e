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
  const tables = [ledger.position, ledger.receipt, ledger.span, ledger.blockCount, ledger.unitState, ledger.rejection, ledger.audit]
  expect(await Promise.all(tables.map((table) => (table as typeof ledger.audit).findMany()))).toEqual(tables.map(() => []))
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

test('receipts that were written before there were spans are joined by the migration', async () => {
  const url = await database()
  const [first, ...later] = migrations()
  await migrate(url, [first!])
  await rows(url, `insert into receipt (stage, unit, topic_id, partition, from_offset, revision, topic, next_offset, instance, mapping, at)
    select 'translate', 'a', 'T', p, n * 10, r, 't', n * 10 + 10, 'i', 'm', now() from generate_series(0, 1) p, generate_series(0, 9) n, generate_series(0, 1) r where not (p = 1 and n in (3, 4))`)
  await migrate(url, [first!, ...later])
  expect(await rows(url, 'select partition, from_offset::int as "from", next_offset::int as next from span order by 1, 2')).toEqual([
    { partition: 0, from: 0, next: 100 }, { partition: 1, from: 0, next: 30 }, { partition: 1, from: 50, next: 100 },
  ])
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
