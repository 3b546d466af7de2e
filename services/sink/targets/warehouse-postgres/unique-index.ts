import type { PoolClient } from 'pg'
import { ruleCode, type TargetRuleSet, type Unique, uniqueIn } from '../../../../canonical/rules.ts'
import type { ModelTable } from '../columns.ts'
import { isRefusal } from '../postgres-failure.ts'
import type { Refusal } from '../target.ts'
import { quoted } from './ddl.ts'
import { metaColumnFrom } from './tables.ts'

/** A rule of uniqueness as this database keeps it. */
export interface UniqueIndex { /** Of the index; PostgreSQL takes 63 letters. */ readonly name: string; readonly code: string; readonly rule: Unique; readonly table: string; readonly columns: readonly string[] }

/** The indexes that the rules ask for; a field that the table has no column of is a mistake of whoever declared the rule. */
export function uniqueIndexes({ model, table, columns }: ModelTable, rules: readonly TargetRuleSet[]): UniqueIndex[] {
  const columnOf = (field: string, rule: string) => {
    const column = Object.entries(columns).find(([, { from }]) => from === field)?.[0] ?? metaColumnFrom(field)
    if (column === undefined) throw new Error(`${ruleCode(rule)}: ${table} has no column that holds ${field}`)
    return column
  }
  return uniqueIn(rules, model).map(([name, rule]) => ({ name: ruleCode(name).slice(0, 63), code: ruleCode(name), rule, table, columns: rule.fields.map((field) => columnOf(field, name)) }))
}

/** Makes the index where it is absent, and says what stands in its way. */
export async function makeIndex(client: PoolClient, { name, table, columns }: UniqueIndex): Promise<string[]> {
  const { rows: [found] } = await client.query<{ table: string; columns: string[]; is_unique: boolean }>(
    `select indrelid::regclass::text as table, indisunique and indpred is null as is_unique, array(select attname::text from unnest(indkey::int2[]) with ordinality as k(n, at) join pg_attribute on attrelid = indrelid and attnum = n order by at) as columns
      from pg_index where indexrelid = to_regclass($1)`, [quoted(name)])
  if (found !== undefined) return found.is_unique && found.table === table && found.columns.join() === columns.join() ? [] : [`the index ${name} is not unique over ${columns.join(', ')} of ${table}`]
  await client.query('savepoint index')
  try {
    await client.query(`create unique index ${quoted(name)} on ${quoted(table)} (${columns.map(quoted).join(', ')})`)
    return []
  } catch (error) {
    if (!isRefusal(error)) throw error
    await client.query('rollback to savepoint index')
    return [`${table} holds rows that have the same ${columns.join(', ')}, against ${name}`]
  }
}

export const notUnique = ({ code, rule }: UniqueIndex): Refusal =>
  ({ outcome: 'rejected', code, says: rule.says, problems: rule.fields.map((field) => ({ field, from: [field], code, expected: rule.says, got: 'what another entity has' })) })
