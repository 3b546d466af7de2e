import { expect, test } from 'vitest'
import { modelCodec } from '../../../../canonical/codec.ts'
import { micros } from '../../../../canonical/micros.ts'
import { skimOf } from '../../../../canonical/model-skim.ts'
import { schemaText } from '../../../../canonical/schemas.ts'
import { customer, order } from '../../target-samples.ts'
import { derived, jsonList, modelTable, numeric, optional, text, whole } from '../columns.ts'
import { CopyRows } from '../copy-rows.ts'
import mapping from './mapping.ts'
import { childTables, parentRow } from './tables.ts'

const identity = (entity: string) => ({ source: 'sample', entity, version: 1_711_381_853_000_000, revision: 0, occurredAt: micros('2026-03-01T12:00:00.000001Z'), origin: { topic: 'source.sample', partition: 3, offset: 2 ** 40 }, mapping: 'm' })
const orders = [
  ...['0', '-0.000000001', '0.1', '14.3999996', '999999.999999999', '1000000', '-1465491411815437158', '99999999999999999999999999999.999999999'].map((total, n) => order(`o${n}`, total, n)),
  { ...order('ü', '1'), note: 'ß'.repeat(300), email: null, billingAddress: null, placedAt: micros('1969-12-31T23:59:59.999999Z'), tags: [] },
]
const list = modelTable('order.v1', { table: 't', says: '', columns: {
  id: { says: '', from: 'id', get: text },
  lines: { says: '', from: 'lines', get: jsonList({ sku: { from: 'sku', get: optional(text) }, price: { from: 'unitPrice', get: optional(numeric) } }) },
  pieces: { says: '', from: 'lines', get: derived(whole, (lines: readonly unknown[]) => lines.length) },
  city: { says: '', from: 'billingAddress', get: derived(optional(text), (address: { city: string | null } | null) => address?.city) },
} })

test.each([
  ...orders.flatMap((content) => [mapping.find((it) => it.model === 'order.v1')!, list].map((table) => ({ table, model: 'order.v1' as const, content }))),
  { table: mapping.find((it) => it.model === 'customer.v1')!, model: 'customer.v1' as const, content: customer('c', 'Ada') },
])('a row is the same from the bytes of a record as from its values: $content.id into $table.table', ({ table, model, content }) => {
  const codec = modelCodec(model), schemaOf = () => schemaText(model), skim = skimOf(model), row = parentRow(table)
  const bytes = Buffer.from(codec.encode(1, content as never, identity(`sample:${content.id}`)).bytes)
  const decoded = codec.decode(bytes, schemaOf), skimmed = codec.skim(bytes, schemaOf, new Int32Array(skim.size + 7), 7)!
  const rowOf = (delivery: Parameters<typeof row>[1]) => { const rows = new CopyRows().begin(1); rows.row(); row(rows, delivery); return Buffer.from(rows.done()).toString('hex') }
  const viewed = { model, meta: decoded.meta, content: skim.view(skimmed), skimmed }, plain = { model, meta: decoded.meta, content: decoded }
  expect(rowOf(viewed)).toBe(rowOf(plain))
  for (const { fill } of childTables(table)) {
    const childRowsOf = (delivery: Parameters<typeof row>[1]) => { const rows = new CopyRows().begin(1); fill(rows, delivery); return Buffer.from(rows.done()).toString('hex') }
    expect(childRowsOf(viewed)).toBe(childRowsOf(plain))
  }
})

test('what is no whole number of its size is refused and not cut', () => {
  const rows = new CopyRows().begin(1)
  for (const wrong of [0.5, NaN, Infinity, 2 ** 53]) expect(() => { rows.bigint(wrong) }).toThrow(expect.objectContaining({ code: '22003' }))
  for (const wrong of [0.5, 2 ** 31]) expect(() => { rows.integer(wrong) }).toThrow(expect.objectContaining({ code: '22003' }))
})
