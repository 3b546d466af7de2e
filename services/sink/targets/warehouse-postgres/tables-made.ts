import type { PoolClient } from 'pg'
import { Environment } from '../../../runtime/failure.ts'
import type { ModelTable } from '../columns.ts'
import { historyTable } from '../history.ts'
import { openRejectionTable } from '../open-rejections.ts'
import { outboxHeaders, outboxIndex, outboxTable } from '../outbox.ts'
import { positionTable } from '../position.ts'
import { createTable, tablesOf, tombstoneTable } from './ddl.ts'
import { makeIndex, type UniqueIndex } from './unique-index.ts'
import { differences } from './differences.ts'

/** Makes what is absent and alters nothing that is there: a table that differs is for its owner to settle. */
export async function makeTables(client: PoolClient, models: readonly ModelTable[], unique: readonly UniqueIndex[] = []): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(hashtext('tributary tables'))`)
  const { rows: [own] } = await client.query<{ there: boolean }>(`select to_regclass('hub.position') is not null and to_regclass('hub.outbox') is not null and to_regclass('hub.tombstone') is not null and to_regclass('hub.history') is not null and to_regclass('hub.open_rejection') is not null as there`)
  if (!own!.there) for (const statement of ['create schema if not exists hub', positionTable, outboxTable, outboxHeaders, outboxIndex, tombstoneTable, historyTable, openRejectionTable]) await client.query(statement)
  const wrong: string[] = []
  for (const table of models.flatMap(tablesOf)) {
    const found = await differences(client, table)
    if (found === null) await client.query(createTable(table))
    else if (found.length > 0) wrong.push(`${table.name}: ${found.join(', ')}`)
  }
  for (const index of unique) wrong.push(...await makeIndex(client, index))
  if (wrong.length > 0) throw new Environment('target.table_differs', `Tables that exist are not as this target writes them; nothing was altered. ${wrong.join('; ')}`)
}
