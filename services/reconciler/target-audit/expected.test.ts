import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Expected } from './expected.ts'
import { KeyTable } from './key-table.ts'
import card from '../../sink/targets/warehouse-postgres/card.ts'
import type { TargetCard } from '../../../canonical/card.ts'
import { shownFields } from '../findings/shown-fields.ts'
import { decisionOf } from './finding-of.ts'
import { judgeRows } from './judge-rows.ts'
import { RowBytes } from '../../sink/targets/row-bytes.ts'
import type { AuditRow, AuditTable } from '../../sink/targets/audit.ts'
import type { ReadState } from './read-state.ts'

const state = (entity: string, version: number, partition: number, offset: number, revision = 0): ReadState =>
  ({ entity, version, revision, effectKey: `order.v1/${entity}@${version}.${revision}#${partition}${offset}`, content: {}, origin: { topic: 't', partition, offset } })
const digest = (it: ReadState) => ({ sum: BigInt(it.version), rows: 1, totals: { [`total ${it.origin.partition}`]: BigInt(it.version) } })

test('of each entity the highest version and revision is held, in whatever order states come, and of equal ones the later of one origin partition', () => {
  fc.assert(fc.property(fc.array(fc.record({ entity: fc.constantFrom('x:1', 'x:2', 'x:ß', 'x:😀'), version: fc.nat(5), revision: fc.nat(2) }), { maxLength: 60 }), (records) => {
    const held = new Expected(), newest = new Map<string, ReadState>()
    records.forEach((it, offset) => {
      const one = state(it.entity, it.version, 0, offset, it.revision), other = newest.get(it.entity)
      held.take(one, { partition: 3, offset }, digest)
      if (other === undefined || one.version > other.version || (one.version === other.version && one.revision >= other.revision)) newest.set(it.entity, one)
    })
    expect(held.size).toBe(newest.size)
    for (const [entity, it] of newest) expect(held.place(held.keys.find(entity)!)).toEqual({ partition: 3, offset: it.origin.offset })
    const total = [...newest.values()].reduce((sum, it) => sum + BigInt(it.version), 0n)
    expect(held.totals()).toEqual(new Map(total === 0n ? [] : [['total 0', total]]))
    expect(held.conflicts.size).toBe(0)
  }))
})

test('equal versions of different origins are a conflict until a newer one comes; a state that comes twice is none', () => {
  const held = new Expected()
  for (const [offset, it] of [state('x:1', 1, 0, 5), state('x:1', 1, 1, 5), state('x:2', 1, 0, 5), state('x:2', 1, 1, 5), state('x:2', 2, 1, 6), state('x:3', 1, 0, 7), state('x:3', 1, 0, 7)].entries()) held.take(it, { partition: 0, offset }, digest)
  expect([...held.conflicts].map(([at, places]) => [held.keys.name(at), places.map((it) => it.offset)])).toEqual([['x:1', [0, 1]]])
  expect(held.place(held.keys.find('x:1')!)).toEqual({ partition: 0, offset: 0 })
})

test('keys are numbered once, and cut into ranges of about equal size by their bytes, as a database with collation "C" cuts them', () => {
  const keys = new KeyTable(), names = Array.from({ length: 20_000 }, (_, n) => `shop:${(n * 7_919) % 20_000}${n % 3 === 0 ? 'é' : n % 7 === 0 ? '😀' : ''}`)
  expect(names.map((it) => keys.of(it))).toEqual(names.map((_, n) => n))
  expect(names.map((it) => keys.of(it))).toEqual(names.map((_, n) => n))
  const bounds = keys.bounds(256), sizes = new Map<number, number>(), bytes = bounds.map((it) => Buffer.from(it))
  expect(bounds).toEqual(bounds.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
  keys.ranges(bounds, 0, keys.size, (at, range) => {
    sizes.set(range, (sizes.get(range) ?? 0) + 1)
    expect(range).toBe(bytes.filter((bound) => Buffer.compare(bound, Buffer.from(names[at]!)) <= 0).length)
  })
  expect(Math.max(...sizes.values())).toBeLessThan(3 * 256)
  expect([keys.find('shop:none'), keys.size]).toEqual([null, names.length])
})

const tables: readonly AuditTable[] = [
  { name: 'orders', holds: 'states', columns: [{ name: 'entity', path: null }, { name: 'version', path: 'meta.version' }, { name: 'revision', path: 'meta.revision' }, { name: 'total', path: 'totals.total' }] },
  { name: 'line', holds: 'items', columns: [{ name: 'entity', path: null }, { name: 'quantity', path: 'lines[].quantity' }] },
  { name: 'tomb', holds: 'deletes', columns: [{ name: 'entity', path: null }, { name: 'version', path: 'meta.version' }, { name: 'revision', path: 'meta.revision' }] },
]
const made = (fill: (row: RowBytes) => void, table: number, place = ''): AuditRow => { const row = new RowBytes().begin(); row.text(tables[table]!.name); row.text('x:1'); fill(row); return { table, place, bytes: Buffer.from(row.done()) } }
const order = (version: number, total: string) => made((row) => { row.bigint(version); row.integer(0); row.numeric(total) }, 0)
const line = (place: string, quantity: string) => made((row) => { row.numeric(quantity) }, 1, place)
const tomb = (version: number) => made((row) => { row.bigint(version); row.integer(0) }, 2)

test.each([
  ['nothing', [order(2, '5'), line('0', '1')], [order(2, '5'), line('0', '1')], null],
  ['a row that is not there', [order(2, '5'), line('0', '1')], [line('0', '1')], 'target.missing orders'],
  ['a ninth decimal', [order(2, '5')], [order(2, '5.000000001')], 'target.differs totals.total'],
  ['an older version, whatever else differs', [order(2, '5'), line('0', '1')], [order(1, '4')], 'target.stale meta.version,totals.total,line 0'],
  ['an item that is lost', [order(2, '5'), line('0', '1'), line('1', '2')], [order(2, '5'), line('0', '1')], 'target.missing line 1'],
  ['an item too many', [order(2, '5'), line('0', '1')], [order(2, '5'), line('0', '1'), line('9', '1')], 'target.surplus line 9'],
  ['an item that differs', [order(2, '5'), line('0', '1')], [order(2, '5'), line('0', '2')], 'target.differs lines[0].quantity'],
  ['an old delete in the place of a row', [order(2, '5')], [tomb(1)], 'target.stale orders,tomb'],
] as const)('%s is named', (_, wanted, held, says) => {
  const found = judgeRows(tables, { entity: 'x:1', effectKey: 'k', version: 2, revision: 0, content: {} }, wanted, held)
  expect(found && `${found.kind} ${found.fields.map((it) => it.name).join()}`).toBe(says)
})

test.each([
  ['a deleted entity that is there', [tomb(2)], [order(1, '5')], 'target.stale'], ['a deleted entity that is there as a newer one', [tomb(2)], [order(3, '5')], 'target.surplus'],
  ['a delete that was forgotten', [tomb(2)], [], 'target.missing'], ['lines of a deleted entity', [tomb(2)], [tomb(2), line('0', '1')], 'target.surplus'],
] as const)('%s is named', (_, wanted, held, kind) => {
  expect(judgeRows(tables, { entity: 'x:1', effectKey: 'k', version: 2, revision: 0, content: null }, wanted, held)?.kind).toBe(kind)
})

test('the card says whose state holds, for all models or for each; what is not said is asked', () => {
  const says = (conflict: TargetCard['conflict']) => (['older', 'newer', 'same', null] as const).map(decisionOf({ ...card, conflict }, 'order.v1')).map((it) => it.replace(/^[\w-]+: (The hub|What the target|\S+).*$/, '$1'))
  expect([says('hub-wins'), says('target-wins'), says('newest'), says('ask'), says({ 'payment.v1': 'hub-wins' })]).toEqual([
    Array(4).fill('The hub'), Array(4).fill('What the target'), ['The hub', 'What the target', card.steward, card.steward], Array(4).fill(card.steward), Array(4).fill(card.steward),
  ])
})

test('a value is shown where its field and everything around it is for everybody of the house, and else how long it is', () => {
  const shows = shownFields('order.v1')
  expect(['status', 'currency', 'meta.version'].map(shows)).toEqual([true, true, true])
  expect(['email', 'phone', 'billingAddress.city', 'shippingAddress.line1', 'note', 'no.such'].map(shows)).toEqual([false, false, false, false, false, false])
})

test('rows of an entity that nothing stands for are surplus', () => { expect(judgeRows(tables, null, [], [order(1, '5')])?.kind).toBe('target.surplus') })
