import type { ModelTable } from '../columns.ts'
import { quoted, tablesOf } from './ddl.ts'
import { conflicting, type Guard } from './guard.ts'
import { childTables, guardColumns, parentTable, type Table, type TableColumn } from './tables.ts'

export interface Statement { readonly name: string; readonly text: string }
export interface Statements {
  /** $1 rows as JSON, each entity once; $2 target. Returns verdicts by place, and what the running total gains and loses. */
  readonly put: Statement
  /** $1 guard rows as JSON, each entity once; $2 target. Returns as `put`. */
  readonly remove: Statement
  /** $1 entities. Null: the model has no lists. */
  readonly clearChildren: Statement | null
  /** $1, $2, … rows of each child table as JSON. */
  readonly putChildren: Statement | null
  /** $1 changes as JSON. */
  readonly addTotals: Statement | null
}

/** All SQL of one model, made from its table. Each runs once per chunk, whatever the chunk's size. */
export function statementsOf(model: ModelTable, guard: Guard): Statements {
  const parent = parentTable(model), children = childTables(model), table = quoted(parent.name)
  const content = parent.columns.filter((it) => it.name !== 'entity')
  const named = (what: string, text: string) => ({ name: `${what} ${parent.name}`, text })
  const modelName = `'${model.model}'`
  const buried = `buried as materialized (select x.* from hub.tombstone x where x.target = $2 and x.model = ${modelName} and x.entity = ${anyOf('select entity from incoming')})`
  const held = `held as materialized (select s.*, ${given(model)} as gave from ${table} s where s.entity = ${anyOf('select entity from incoming')})`
  return {
    put: named('put', `with incoming as materialized (select s.*, ${given(model)} as gives from (${rowsFrom('$1', parent.columns)}) s),
      ${held}, ${buried},
      won as (insert into ${table} as t (${list(parent.columns)})
        select ${list(parent.columns, 'i')} from incoming i left join buried b on b.entity = i.entity
        where b.entity is null or ${guard.newer('i', 'b')} order by i.entity
        on conflict (entity) do update set ${content.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}
        where ${guard.newer('excluded', 't')} returning t.entity),
      raised as (delete from hub.tombstone x where x.target = $2 and x.model = ${modelName} and x.entity = ${anyOf('select b.entity from buried b join won w on w.entity = b.entity')})
      ${verdicts}`),
    remove: named('remove', `with incoming as materialized (select s.*, null as gives from (${rowsFrom('$1', guardColumns)}) s),
      ${held}, ${buried},
      won as (select i.* from incoming i left join held h on h.entity = i.entity left join buried b on b.entity = i.entity
        where (h.entity is null or ${guard.newer('i', 'h')}) and (b.entity is null or ${guard.newer('i', 'b')})),
      ${[parent, ...children].map((it, at) => `gone${at} as (delete from ${quoted(it.name)} t where t.entity = ${anyOf('select entity from won')})`).join(',\n      ')},
      grave as (insert into hub.tombstone as x (target, model, ${list(guardColumns)}) select $2, ${modelName}, ${list(guardColumns)} from won order by entity
        on conflict (target, model, entity) do update set ${guardColumns.slice(1).map(({ name }) => `${name} = excluded.${name}`).join(', ')})
      ${verdicts}`),
    clearChildren: inOne(children, (it) => `delete from ${quoted(it.name)} where entity = any($1::text[])`, (text) => named('clear', text)),
    putChildren: inOne(children, (it, at) => `insert into ${quoted(it.name)} (${list(it.columns)}) ${rowsFrom(`$${at + 1}`, it.columns, false)}`, (text) => named('children', text)),
    addTotals: addTotals(model),
  }
}

/** By the keys themselves, so that the index is used even while the planner still believes that the table is empty. */
const anyOf = (keys: string) => `any(array(${keys}))`
const list = (columns: readonly TableColumn[], of?: string) => columns.map(({ name }) => (of === undefined ? quoted(name) : `${of}.${quoted(name)}`)).join(', ')

/** JSON rows as columns of their types; `n` is the row's place. */
function rowsFrom(parameter: string, columns: readonly TableColumn[], numbered = true): string {
  const wire = columns.map((it, at) => `c${at} ${it.wire}`).join(', ')
  const read = columns.map((it, at) => `${it.read(`r.c${at}`)} as ${quoted(it.name)}`).join(', ')
  return numbered ? `select ${read}, r.n from json_to_recordset(${parameter}::json) as r(${wire}, n integer)` : `select ${read} from json_to_recordset(${parameter}::json) as r(${wire})`
}

/** What a row gives to the running total, with the columns it is kept by. */
function given({ total }: ModelTable): string {
  return total === null ? 'null' : `json_build_array(${total.by.map(quoted).join(', ')}, (${total.amount})::text)`
}

const verdicts = `select i.n, h.entity is not null as held, case
        when w.entity is not null then 'applied'
        when coalesce(h.effect_key, b.effect_key) = i.effect_key then 'duplicate'
        when (h.entity is not null and ${conflicting('i', 'h')}) or (b.entity is not null and ${conflicting('i', 'b')}) then 'conflict'
        else 'stale' end as verdict,
      case when w.entity is not null then i.gives end as gives, case when w.entity is not null then h.gave end as gave
      from incoming i left join won w on w.entity = i.entity left join held h on h.entity = i.entity left join buried b on b.entity = i.entity`

function inOne(tables: readonly Table[], each: (table: Table, at: number) => string, named: (text: string) => Statement): Statement | null {
  const last = tables.length - 1
  if (last < 0) return null
  const before = tables.slice(0, last).map((it, at) => `s${at} as (${each(it, at)})`)
  return named(`${before.length === 0 ? '' : `with ${before.join(', ')} `}${each(tables[last]!, last)}`)
}

function addTotals(model: ModelTable): Statement | null {
  if (model.total === null) return null
  const { table, by } = model.total
  const columns = tablesOf(model).find(({ name }) => name === table)!.columns
  const keys = by.map(quoted).join(', ')
  return { name: `totals ${table}`, text: `insert into ${quoted(table)} as t (${list(columns)})
    select ${by.map((_, at) => `c${at}`).join(', ')}, sum(amount), sum(movements)
    from json_to_recordset($1::json) as r(${by.map((name, at) => `c${at} ${columns.find((it) => it.name === name)!.wire}`).join(', ')}, amount numeric, movements bigint)
    where ${by.map((_, at) => `c${at} is not null`).join(' and ')} group by ${by.map((_, at) => at + 1).join(', ')} order by ${by.map((_, at) => at + 1).join(', ')}
    on conflict (${keys}) do update set total = t.total + excluded.total, movements = t.movements + excluded.movements` }
}
