import { expect, test } from 'vitest'
import { fieldsOf } from '../../../../canonical/avro-schema.ts'
import { schemaOf } from '../../../../canonical/schemas.ts'
import { decimal } from '../../../../canonical/decimal.ts'
import { jsonList, modelTable, numeric, optional, text, timestamp, type ListTable } from '../columns.ts'
import card from './card.ts'
import { createTable, tablesOf } from './ddl.ts'
import mapping from './mapping.ts'

const reads = (table: Pick<ListTable, 'columns' | 'lists'>, at = ''): string[] =>
  [...Object.values(table.columns).map(({ from }) => at + from), ...table.lists.flatMap((list) => [at + list.from, ...reads(list, `${at}${list.from}[].`)])]

test('every canonical field has its column', () => {
  for (const table of mapping) {
    const read = new Set(reads(table))
    const schema = schemaOf(table.model), address = schema.fields.flatMap(({ type }) => (Array.isArray(type) && type[1] === 'Address' ? ['firstName', 'city'] : []))
    const forgotten = [...fieldsOf({ ...schema, fields: schema.fields.slice(0, -1) })].map(({ path }) => path)
      .filter((path) => !read.has(path) && ![...read].some((it) => it.startsWith(`${path}.`)))
    expect([table.model, forgotten, address.filter((name) => !read.has(`shippingAddress.${name}`))]).toEqual([table.model, [], []])
  }
  expect(mapping.map((it) => it.model).sort()).toEqual([...card.models].sort())
})

test('no two tables share a name, and every column says what it holds', () => {
  const tables = mapping.flatMap(tablesOf), names = tables.map((it) => it.name)
  expect(new Set(names).size).toBe(names.length)
  for (const table of tables) for (const column of table.columns) expect(createTable(table)).toContain(`comment on column "${table.name}"."${column.name}" is '`)
})

test('a column that cannot hold its field does not compile', () => {
  // Never called: the compiler reads it.
  const wrong = () => [
    // @ts-expect-error closedAt may be null
    modelTable('order.v1', { table: 't', says: '', columns: { closed_at: { says: '', from: 'closedAt', get: timestamp } } }),
    // @ts-expect-error a number is no text
    modelTable('payment.v1', { table: 't', says: '', columns: { made_at: { says: '', from: 'madeAt', get: text } } }),
    // @ts-expect-error there is no such field
    modelTable('payment.v1', { table: 't', says: '', columns: { amount: { says: '', from: 'amounts', get: numeric } } }),
    // @ts-expect-error a line has no such field
    modelTable('order.v1', { table: 't', says: '', columns: { lines: { says: '', from: 'lines', get: jsonList({ sku: { from: 'article', get: text } }) } } }),
    // @ts-expect-error sku may be null
    modelTable('order.v1', { table: 't', says: '', columns: { lines: { says: '', from: 'lines', get: jsonList({ sku: { from: 'sku', get: text } }) } } }),
    modelTable('order.v1', { table: 't', says: '', columns: { lines: { says: '', from: 'lines', get: jsonList({ sku: { from: 'sku', get: optional(text) }, qty: { from: 'quantity', get: numeric } }) } } }),
    modelTable('order.v1', { table: 't', says: '', columns: { closed_at: { says: '', from: 'closedAt', get: optional(timestamp) } } }),
  ]
  expect(wrong).toBeTypeOf('function')
})

test('a list in one column keeps names, nulls and every digit', () => {
  const column = jsonList({ sku: { from: 'sku', get: optional(text) }, price: { from: 'unitPrice', get: numeric }, 'tax rates': { from: 'taxes', get: jsonList({ rate: { from: 'rate', get: numeric } }) } })
  const items = [{ sku: 'A "1"', unitPrice: decimal('99999999999999999999999999999.999999999'), taxes: [{ rate: decimal('0.19') }] }, { sku: null, unitPrice: decimal('0.1'), taxes: [] }]
  expect(column.json(items)).toBe('[{"sku":"A \\"1\\"","price":99999999999999999999999999999.999999999,"tax rates":[{"rate":0.19}]},{"sku":null,"price":0.1,"tax rates":[]}]')
  expect(column.json([])).toBe('[]')
})
