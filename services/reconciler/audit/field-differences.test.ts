import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../../canonical/schemas.ts'
import { sources } from '../../translator/sources/index.generated.ts'
import { Expectation } from './expectation.ts'
import { fieldDifferences } from './field-differences.ts'

const folder = join(packageRoot, 'services/translator/sources/shopify-orders/samples'), [sample] = globSync('an-order-and-its-customer.in.json', { cwd: folder })
const expectation = new Expectation(sources['shopify-orders'], 'source.shopify.orders'), payload = readFileSync(join(folder, sample!))
const order = () => { const [wanted] = expectation.of(payload, 0, 7).wanted; return expectation.contentOf(payload, wanted!) as { currency: string; email: string; lines: { quantity: string }[] } }

test('a record does not differ from itself, and one that does is told by the paths of its fields', () => {
  expect(fieldDifferences('order.v1', order(), order())).toEqual([])
  const other = order()
  other.currency = 'XXX'
  other.lines[0]!.quantity = '7'
  expect(fieldDifferences('order.v1', order(), other)).toEqual([{ field: 'currency', hub: order().currency, there: 'XXX' }, { field: 'lines[0].quantity', hub: order().lines[0]!.quantity, there: '7' }])
  other.lines.pop()
  expect(fieldDifferences('order.v1', order(), other).map(({ field, there }) => [field, there])).toContainEqual(['lines[1].quantity', 'nothing'])
})

test('what is private is shown as its shape, never as its value', () => {
  const other = { ...order(), email: 'somebody.else@example.org' }, [difference] = fieldDifferences('order.v1', order(), other)
  expect(difference).toMatchObject({ field: 'email' })
  expect(JSON.stringify(difference)).not.toContain('somebody')
  expect(JSON.stringify(difference)).not.toContain(order().email)
})

test('a source record gives the same marks whoever asks, and others at another offset, in another revision', () => {
  const marks = (offset: number, revision = 0) => expectation.of(payload, 0, offset, revision).wanted.map(({ mark }) => mark)
  expect(marks(7)).toEqual(marks(7))
  expect(new Set([...marks(7), ...marks(8), ...marks(7, 1)]).size).toBe(6)
  expect(expectation.of(Buffer.from('{'), 0, 7)).toEqual({ outcome: 'refused', wanted: [] })
})
