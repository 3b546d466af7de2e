import type { AuditRow, AuditTable, State } from '../../sink/targets/audit.ts'
import { cellsOf, shown, type Cell } from '../../sink/targets/row-bytes.ts'

export interface RowField { /** `lines[].quantity` */ readonly path: string | null; /** `lines[2].quantity`, or a column or row where no canonical field is meant. */ readonly name: string; readonly hub: string; readonly there: string }
export type TargetKind = 'target.missing' | 'target.differs' | 'target.stale' | 'target.surplus'
/** How what a target holds of an entity differs from what it should. `order` compares the state it holds with the hub's; null where it holds none. */
export interface Judgement { readonly kind: TargetKind; readonly tables: readonly string[]; readonly fields: readonly RowField[]; readonly order: 'older' | 'newer' | 'same' | null }

/** Null: it holds exactly what it should. `state` null: nothing stands for the entity. */
export function judgeRows(tables: readonly AuditTable[], state: State | null, wanted: readonly AuditRow[], held: readonly AuditRow[]): Judgement | null {
  const key = ({ table, place }: AuditRow) => `${table} ${place}`
  const there = new Map(held.map((it) => [key(it), it])), should = new Map(wanted.map((it) => [key(it), it]))
  const missing = wanted.filter((it) => !there.has(key(it))), surplus = held.filter((it) => !should.has(key(it)))
  const differing = wanted.flatMap((it) => { const other = there.get(key(it)); return other === undefined || other.bytes.equals(it.bytes) ? [] : [[it, other] as const] })
  if (missing.length + surplus.length + differing.length === 0) return null
  const wherever = [...missing, ...surplus, ...differing.map(([it]) => it)], of = (it: AuditRow) => tables[it.table]!
  const shape = { tables: [...new Set(wherever.map((it) => of(it).name))], fields: [...differing.flatMap(([a, b]) => fieldsOf(of(a), a, b)), ...missing.map((it) => whole(of(it), it, true)), ...surplus.map((it) => whole(of(it), it, false))] }
  const row = held.find((it) => of(it).holds === 'states'), grave = held.find((it) => of(it).holds === 'deletes'), order = state === null ? null : orderOf(row ?? grave, tables, state)
  const as = (kind: TargetKind): Judgement => ({ kind, ...shape, order })
  if (state === null) return as('target.surplus')
  if (order === 'older') return as('target.stale')
  if (state.content !== null && row === undefined) return as('target.missing')
  if (differing.length === 0 && (missing.length === 0 || surplus.length === 0)) return as(surplus.length === 0 ? 'target.missing' : 'target.surplus')
  return as(state.content === null && row !== undefined ? 'target.surplus' : 'target.differs')
}

export const cellOf = (table: AuditTable, { bytes }: AuditRow, fits: (column: AuditTable['columns'][number]) => boolean): Cell | undefined => cellsOf(bytes)[table.columns.findIndex(fits) + 1]

function orderOf(row: AuditRow | undefined, tables: readonly AuditTable[], { version, revision }: State): Judgement['order'] {
  if (row === undefined) return null
  const number = (path: string) => Number(shown(cellOf(tables[row.table]!, row, (it) => it.path === path)!))
  const order = number('meta.version') - version || number('meta.revision') - revision
  return order < 0 ? 'older' : order > 0 ? 'newer' : 'same'
}

function fieldsOf({ columns }: AuditTable, wanted: AuditRow, held: AuditRow): RowField[] {
  const ours = cellsOf(wanted.bytes), theirs = cellsOf(held.bytes), same = (a: Cell, b: Cell | undefined) => b !== undefined && a.type === b.type && (a.bytes === null ? b.bytes === null : b.bytes !== null && a.bytes.equals(b.bytes))
  return columns.flatMap(({ name, path }, at) => (same(ours[at + 1]!, theirs[at + 1]) ? [] : [{ path, name: path === null ? name : placed(path, wanted.place), hub: shown(ours[at + 1]!), there: theirs[at + 1] === undefined ? 'nothing' : shown(theirs[at + 1]!) }]))
}
const whole = ({ name }: AuditTable, { place }: AuditRow, ours: boolean): RowField => ({ path: null, name: place === '' ? name : `${name} ${place}`, hub: ours ? 'a row' : 'none', there: ours ? 'none' : 'a row' })
const placed = (path: string, place: string): string => { const places = place.split('/'); return path.replaceAll('[]', () => `[${places.shift()}]`) }
