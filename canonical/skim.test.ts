import fc from 'fast-check'
import { expect, test } from 'vitest'
import { modelCodec } from './codec.ts'
import { decimal } from './decimal.ts'
import { micros } from './micros.ts'
import { skimOf } from './model-skim.ts'
import type { StockLevel } from './models.generated.ts'
import { Refused } from './refused.ts'
import { schemaText } from './schemas.ts'

const codec = modelCodec('stock-level.v1'), skim = skimOf('stock-level.v1'), schemaOf = () => schemaText('stock-level.v1')
const content: StockLevel = { product: 'shop:1', sku: null, location: 'Łódź', onHand: decimal('-12.5'), reserved: decimal('99999999999999999999999999999.999999999'), asOf: micros('1969-12-31T23:59:59.999999Z') }
const identity = { source: 's', entity: 'shop:1', version: Number.MAX_SAFE_INTEGER - 1, revision: 2, occurredAt: micros('2026-03-01T12:00:00Z'), origin: { topic: 't', partition: 0, offset: 7 }, mapping: 'm' }
const bytes = Buffer.from(codec.encode(1, content, identity).bytes)
const plain = (value: unknown): unknown => typeof value !== 'object' || value === null ? value : Object.fromEntries(Object.keys(Object.getPrototypeOf(value) as object).map((name) => [name, plain((value as Record<string, unknown>)[name])]))

test('what is skimmed reads as what is decoded', () => {
  const places = new Int32Array(skim.size)
  expect(plain(skim.view(codec.skim(bytes, schemaOf, places, 0)!))).toEqual(JSON.parse(JSON.stringify(codec.decode(bytes, schemaOf))))
})

test('bytes that were cut or altered are refused or read, and never read past their end', () => {
  const places = new Int32Array(skim.size)
  fc.assert(fc.property(fc.nat(bytes.length - 6), fc.nat(255), fc.boolean(), (at, byte, cut) => {
    const wrong = Buffer.from(cut ? bytes.subarray(0, 5 + at) : bytes)
    if (!cut) wrong[5 + at] = byte
    try { codec.skim(wrong, schemaOf, places, 0) } catch (error) { expect(error).toBeInstanceOf(Refused); return }
    expect(cut).toBe(false)
    for (const place of places) expect(place).toBeLessThan(bytes.length)
  }), { numRuns: 2_000 })
})

test('a record of another layout is left to the decoder', () => {
  const other = { type: 'record', name: 'StockLevel', namespace: 'tributary.canonical.v1', fields: (JSON.parse(schemaText('stock-level.v1')) as { fields: unknown[] }).fields.slice(1) }
  expect(modelCodec('stock-level.v1').skim(bytes, () => JSON.stringify({ ...other, fields: [...other.fields, { name: 'product', type: 'string' }] }), new Int32Array(skim.size), 0)).toBeNull()
})
