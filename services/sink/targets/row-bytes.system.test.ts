import fc from 'fast-check'
import pg from 'pg'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { createDatabase } from '../../../deploy/local/postgres.ts'
import { rowsOf, sqlTables } from './audit-rows.ts'
import { boolean, integer, jsonList, listTable, modelTable, numeric, optional, text, textList, timestamp, whole } from './columns.ts'
import { cellsOf, checksum, checksumOf, RowBytes, shown } from './row-bytes.ts'

let client: pg.Client
beforeAll(async () => {
  client = new pg.Client({ connectionString: await createDatabase(inject('stack').postgresPort, `row-bytes-${Date.now()}`) })
  await client.connect()
  return () => client.end()
})

const line = fc.string({ unit: 'grapheme' }).filter((it) => !it.includes('\0') && it.isWellFormed())
const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38)).map(([digits, cut]) => {
  const value = digits / 10n ** BigInt(cut), size = `${value < 0n ? -value : value}`.padStart(10, '0'), fraction = size.slice(-9).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${size.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`
})
const micros = fc.integer({ min: -(2 ** 52), max: Number.MAX_SAFE_INTEGER - 1 })
const row = fc.record({ text: fc.option(line), boolean: fc.option(fc.boolean()), integer: fc.option(fc.integer()), whole: fc.option(fc.maxSafeInteger()), numeric: fc.option(decimal), timestamp: fc.option(micros), list: fc.option(fc.array(line)) })

describe('a row is the same bytes and the same checksum here and in PostgreSQL', () => {
  test('whatever its values are', async () => {
    const rows = new RowBytes()
    await fc.assert(fc.asyncProperty(row, async (it) => {
      rows.begin()
      const cell = <V>(value: V | null, type: number, put: (value: V) => void) => { if (value === null) rows.null(type); else put(value) }
      cell(it.text, 25, (value) => { rows.text(value) })
      cell(it.boolean, 16, (value) => { rows.boolean(value) })
      cell(it.integer, 23, (value) => { rows.integer(value) })
      cell(it.whole, 20, (value) => { rows.bigint(value) })
      cell(it.numeric, 1700, (value) => { rows.numeric(value) })
      cell(it.timestamp, 1184, (value) => { rows.timestamp(value) })
      cell(it.list, 1009, (value) => { rows.textList(value) })
      const ours = Buffer.from(rows.done()), cells = `row($1::text, $2::boolean, $3::integer, $4::bigint, $5::text::numeric(38,9), timestamptz 'epoch' + $6::text::bigint * interval '1 microsecond', $7::text[])`
      const { rows: [found] } = await client.query<{ bytes: Buffer; sum: string }>(`select record_send(${cells}) as bytes, ${checksum(cells)} as sum`, [it.text, it.boolean, it.integer, it.whole, it.numeric, it.timestamp, it.list])
      expect(found!.bytes.toString('hex')).toBe(ours.toString('hex'))
      expect(BigInt(found!.sum)).toBe(checksumOf(ours))
      expect(cellsOf(ours).map(shown)).toEqual([it.text ?? 'null', `${it.boolean}`, `${it.integer}`, `${it.whole}`, it.numeric === null ? 'null' : shownDecimal(it.numeric), it.timestamp === null ? 'null' : shownTime(it.timestamp), it.list === null ? 'null' : JSON.stringify(it.list)])
    }), { numRuns: 500 })
  })

  test('lists as JSON in one column, and lists with tables of their own', async () => {
    const model = modelTable('order.v1', { table: 'listed', says: 'x', columns: { lines: { says: 'x', from: 'lines', get: jsonList({ title: { from: 'title', get: text }, b: { from: 'quantity', get: numeric }, a: { from: 'sku', get: optional(text) } }) } }, lists: [
      listTable('taxes', { table: 'listed_tax', says: 'x', columns: { rate: { says: 'x', from: 'rate', get: optional(numeric) } } }),
    ] })
    await client.query('create table listed (entity text, effect_key text, version bigint, revision integer, lines jsonb); create table listed_tax (entity text, position integer, rate numeric(38,9))')
    const make = rowsOf(model, new RowBytes()), [states, items] = sqlTables(model)
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ title: line, quantity: decimal, sku: fc.option(line) })), fc.array(fc.option(decimal)), async (lines, rates) => {
      const ours: string[] = [], state = { entity: 'x:1', effectKey: 'k', version: 7, revision: 0, content: { lines, taxes: rates.map((rate) => ({ rate })) } }
      make(state, (table, place, bytes) => { ours.push(`${table} ${place} ${bytes.toString('hex')}`) })
      await client.query('truncate listed, listed_tax')
      await client.query(`insert into listed values ('x:1', 'k', 7, 0, $1::text::jsonb)`, [`[${lines.map((it) => `{"title":${JSON.stringify(it.title)},"b":${it.quantity},"a":${JSON.stringify(it.sku)}}`).join(',')}]`])
      for (const [position, rate] of rates.entries()) await client.query(`insert into listed_tax values ('x:1', $1, $2::text::numeric)`, [position, rate])
      const theirs = [...(await client.query<{ bytes: Buffer }>(`select record_send(row(${states!.cells.join(', ')})) as bytes from listed`)).rows.map(({ bytes }) => `0  ${bytes.toString('hex')}`),
        ...(await client.query<{ position: number; bytes: Buffer }>(`select position, record_send(row(${items!.cells.join(', ')})) as bytes from listed_tax order by position`)).rows.map(({ position, bytes }) => `1 ${position} ${bytes.toString('hex')}`)]
      expect(theirs).toEqual(ours)
    }), { numRuns: 100 })
  })

  test('every type of column that a target may have is known', () => {
    for (const get of [text, boolean, integer, whole, textList, numeric, timestamp]) {
      expect(() => rowsOf(modelTable('order.v1', { table: 'x', says: 'x', columns: { x: { says: 'x', from: 'id', get: get as never } } }), new RowBytes())).not.toThrow()
    }
  })
})

const shownDecimal = (text: string) => (/^-0(\.0*)?$/.test(text) ? '0' : text)
const shownTime = (value: number) => { const part = ((value % 1e6) + 1e6) % 1e6; return new Date((value - part) / 1e3).toISOString().replace('.000Z', `.${`${part}`.padStart(6, '0')}Z`) }
