import type { ModelTable } from '../columns.ts'
import { quoted, tablesOf } from './ddl.ts'
import type { Guard } from './guard.ts'
import { childTables, guardColumns, parentTable, type ChildTable, type Table, type TableColumn } from './tables.ts'

export interface Statement { readonly name: string; readonly text: string }
/** A table with its columns, for COPY. */
export interface Place { readonly place: string; readonly columns: number }
export interface Statements {
  /** Makes the tables of a connection's own, which a transaction fills and its end empties. */
  readonly prepare: string
  /** Where states lie before `put` takes them over, the number of their set in front. */
  readonly stage: Place
  /** $1 target, $2 set, $3 how many states it holds. Returns `Won`. */
  readonly put: Statement
  /** $1 target, $2 guard rows as JSON, each entity once, $3 how many. Returns `Won`. */
  readonly remove: Statement
  /** $1 target, $2 entities. Returns the states that are held or buried. */
  readonly held: Statement
  /** $1 entities. Null: the model has no lists. */
  readonly clearChildren: Statement | null
  readonly children: readonly (Place & Pick<ChildTable, 'fill'>)[]
  /** What the transaction has given to the running total and taken from it, once. */
  readonly addTotals: Statement | null
}
/** `winners` only where some have lost; entities separated by line feeds, which no entity holds. */
export interface Won { readonly won: number; readonly replaced: string | null; readonly winners: string | null }

/** All SQL of one model, made from its table. Each runs once per set, whatever its size. */
export function statementsOf(model: ModelTable, guard: Guard): Statements {
  const parent = parentTable(model), children = childTables(model), table = quoted(parent.name)
  const stage = quoted(`stage ${parent.name}`), change = quoted(`change ${parent.name}`)
  const content = parent.columns.filter((it) => it.name !== 'entity')
  const named = (what: string, text: string) => ({ name: `${what} ${parent.name}`, text })
  const graves = `hub.tombstone x where x.target = $1 and x.model = '${model.model}' and x.entity =`
  const buried = `buried as materialized (select ${list(guardColumns, 'x')} from ${graves} ${anyOf('select entity from incoming')})`
  const { total } = model
  const given = total === null ? '' : `, ${total.amount} as given`
  const gave = total === null ? '' : `gave as materialized (select entity, ${total.by.map(quoted).join(', ')}${given} from ${table} where entity = ${anyOf('select entity from incoming')}),`
  const changes = (...parts: readonly [from: string, sign: '' | '-'][]) => total === null ? '' : `, changed as (insert into ${change} ${parts.map(([from, sign]) =>
    `select ${total.by.map((name) => `g.${quoted(name)}`).join(', ')}, ${sign}g.given, ${sign}1, ${sign === '' ? 'g.revision > 0 and not exists (select from gave x where x.entity = g.entity)' : 'false'} from ${from} g join won w on w.entity = g.entity where g.given <> 0`).join(' union all ')})`
  return {
    prepare: [
      `create temporary table if not exists ${stage} (set integer, ${parent.columns.map(({ name, sql }) => `${quoted(name)} ${sql}`).join(', ')}) on commit delete rows`,
      ...(total === null ? [] : [`create temporary table if not exists ${change} (${total.by.map((name) => `${quoted(name)} ${parent.columns.find((it) => it.name === name)!.sql}`).join(', ')}, amount numeric, movements bigint, anew boolean) on commit delete rows`]),
    ].join('; '),
    stage: { place: `${stage} (set, ${list(parent.columns)})`, columns: parent.columns.length + 1 },
    put: named('put', `with incoming as ${total === null ? 'not materialized' : 'materialized'} (select *${given} from ${stage} where set = $2), ${gave} ${buried},
      won as (insert into ${table} as t (${list(parent.columns)})
        select ${list(parent.columns, 'i')} from incoming i left join buried b on b.entity = i.entity
        where b.entity is null or ${guard.newer('i', 'b')}
        on conflict (entity) do update set ${content.map(({ name }) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}
        where ${guard.newer('excluded', 't')} returning t.entity, ${replaced} as replaced),
      raised as (delete from ${graves} ${anyOf('select b.entity from buried b join won w on w.entity = b.entity')})${changes(['incoming', ''], ['gave', '-'])}
      ${outcome("string_agg(entity, e'\\n') filter (where replaced)")}`),
    remove: named('remove', `with incoming as materialized (${guardRows('$2')}), ${gave} ${buried},
      held as materialized (select ${list(guardColumns, 's')} from ${table} s where s.entity = ${anyOf('select entity from incoming')}),
      won as (select i.* from incoming i left join held h on h.entity = i.entity left join buried b on b.entity = i.entity
        where (h.entity is null or ${guard.newer('i', 'h')}) and (b.entity is null or ${guard.newer('i', 'b')})),
      ${[parent, ...children].map((it, at) => `gone${at} as (delete from ${quoted(it.name)} t where t.entity = ${anyOf('select entity from won')})`).join(',\n      ')},
      grave as (insert into hub.tombstone as x (target, model, ${list(guardColumns)}) select $1, '${model.model}', ${list(guardColumns)} from won order by entity
        on conflict (target, model, entity) do update set ${guardColumns.slice(1).map(({ name }) => `${name} = excluded.${name}`).join(', ')})${changes(['gave', '-'])}
      ${outcome('null::text')}`),
    held: named('held', `select ${list(guardColumns)} from ${table} where entity = any($2::text[]) union all select ${list(guardColumns)} from ${graves} any($2::text[])`),
    clearChildren: clearAll(children, (text) => named('clear', text)),
    children: children.map(({ name, columns, fill }) => ({ place: `${quoted(name)} (${list(columns)})`, columns: columns.length, fill })),
    addTotals: addTotals(model, change),
  }
}

/** By the keys themselves, so that the index is used even while the planner still believes that the table is empty. */
const anyOf = (keys: string) => `any(array(${keys}))`
const list = (columns: readonly TableColumn[], of?: string) => columns.map(({ name }) => (of === undefined ? quoted(name) : `${of}.${quoted(name)}`)).join(', ')
const guardRows = (parameter: string) => `select r.* from json_to_recordset(${parameter}::json) as r(${guardColumns.map(({ name, sql }) => `${name} ${sql}`).join(', ')})`

/** A row that was there before is locked by the insertion that meets it, and its successor keeps the lock's mark; a new row has none. */
const replaced = `t.xmax::text <> '0'`
const outcome = (replacedOnes: string) => `select count(*)::integer as won, ${replacedOnes} as replaced, case when count(*) < $3::integer then string_agg(entity, e'\\n') end as winners from won`

function clearAll(tables: readonly Table[], named: (text: string) => Statement): Statement | null {
  const clear = (it: Table) => `delete from ${quoted(it.name)} where entity = any($1::text[])`
  const last = tables.at(-1), before = tables.slice(0, -1).map((it, at) => `s${at} as (${clear(it)})`)
  return last === undefined ? null : named(`${before.length === 0 ? '' : `with ${before.join(', ')} `}${clear(last)}`)
}

/**
 * Sorted: partitions share these rows. A row that is sent again and was not there may have been given to the total once, before somebody took it away: such totals are
 * added up anew. By what they are out, and not to what they should be: others may be adding to them.
 */
function addTotals(model: ModelTable, change: string): Statement | null {
  if (model.total === null) return null
  const { table, by, amount } = model.total, keys = by.map(quoted), same = (it: string) => keys.map((key) => `${it}.${key} = s.${key}`).join(' and ')
  const columns = tablesOf(model).find(({ name }) => name === table)!.columns
  const due = (what: string, is: string) => `case when s.anew then coalesce(r.${what}, 0) - coalesce(o.${what}, 0) else s.${is} end`
  return { name: `totals ${table}`, text: `with s as (select ${keys.join(', ')}, sum(amount) as amount, sum(movements) as movements, bool_or(anew) as anew from ${change}
      where ${keys.map((key) => `${key} is not null`).join(' and ')} group by ${keys.join(', ')})
    insert into ${quoted(table)} as t (${list(columns)})
    select ${keys.map((key) => `s.${key}`).join(', ')}, ${due('total', 'amount')}, ${due('movements', 'movements')} from s left join ${quoted(table)} o on s.anew and ${same('o')}
    left join lateral (select sum(given) as total, count(*) as movements from (select *, ${amount} as given from ${quoted(parentTable(model).name)}) as it where s.anew and ${same('it')} and given <> 0) as r on true
    order by ${keys.map((key) => `s.${key}`).join(', ')}
    on conflict (${keys.join(', ')}) do update set total = t.total + excluded.total, movements = t.movements + excluded.movements` }
}
