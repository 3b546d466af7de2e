import { expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../canonical/schemas.ts'
import type { Order } from '../../../canonical/models.generated.ts'
import { differingFields } from './differing-fields.ts'

const order = () => (JSON.parse(readFileSync(join(packageRoot, 'services/translator/sources/shopify-orders/samples/an-order-and-its-customer.out.json'), 'utf8')) as { records: [{ value: Order }] }).records[0].value
const changed = (change: (it: Order) => object) => { const from = order(); return differingFields('order.v1', from, { ...from, ...change(from) }) }

test('public and internal values are shown, of others the shape; each field once', () => {
  expect(changed(() => ({ channel: 'pos', email: 'ada@example.com' }))).toEqual([
    { field: 'channel', from: order().channel, to: 'pos' }, { field: 'email', from: expect.stringMatching(/^text|^null/) as string, to: 'text "aaa@aaaaaaa.aaa"' },
  ])
  expect(changed(({ lines }) => ({ lines: lines.map((line) => ({ ...line, title: 'x' })) }))).toMatchObject([{ field: 'lines[].title', to: 'x' }])
})

test('what lies in a part that is confidential is not shown, whatever its own class is', () => {
  const [found] = changed(({ billingAddress }) => ({ billingAddress: { ...billingAddress!, country: 'FR' } }))
  expect(found).toMatchObject({ field: 'billingAddress.country', to: 'text "AA"' })
})

test('a list of another length, a part that is gone and a delete are told by their shape', () => {
  expect(changed(({ lines }) => ({ lines: lines.slice(1), shippingAddress: null }))).toMatchObject([{ field: 'shippingAddress', to: 'null' }, { field: 'lines', from: `a list of ${order().lines.length}`, to: `a list of ${order().lines.length - 1}` }])
  expect([differingFields('order.v1', order(), null), differingFields('order.v1', null, null)]).toEqual([[{ field: '(deleted)', from: 'a state', to: 'deleted' }], []])
})
