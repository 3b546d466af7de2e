import { describe } from 'vitest'
import { fixturesTest } from '../fixture-outcomes.ts'
import source from './mapping.ts'

const both = 'order.v1 shopify:450789469 + customer.v1 shopify:207119551'
// A list answer that was asked for some fields only is no order: what it lacks is not empty, it is unknown.
const partly = (missing: string) => `refused payload.breaks-contract: ${missing}`
const orders = (json: unknown): readonly unknown[] => {
  const answer = json as { order?: unknown; orders?: unknown[] }
  return answer.orders ?? (answer.order === undefined ? [] : [answer.order])
}
const answersWithOrders = /^(order\.|orders\.|customer\.get\.customers-\d+-orders).*json$/

describe('orders of Shopify\'s API 2024-10', () => fixturesTest('shopify/api-ruby-rest/2024_10', source, {
  'customer.get.customers-207119551-orders-json-status-any.json': [both],
  'customer.get.customers-207119551-orders-json.json': [both],
  'order.delete.orders-450789469-json.json': [],
  'order.get.orders-450789469-json-fields-id-2Cline-items-2Cname-2Ctotal-price.json': [partly('created_at updated_at closed_at cancelled_at cancel_reason financial_status test currency taxes_included total_discounts total_tax tags discount_codes tax_lines shipping_lines')],
  'order.get.orders-450789469-json.json': [both],
  'order.get.orders-count-json-financial-status-authorized.json': [],
  'order.get.orders-count-json-status-any.json': [],
  'order.get.orders-json-fields-created-at-2Cid-2Cname-2Ctotal-price.json': [partly('updated_at closed_at cancelled_at cancel_reason financial_status test currency taxes_included total_discounts total_tax tags discount_codes tax_lines shipping_lines line_items')],
  'order.get.orders-json-financial-status-authorized.json': [both],
  'order.get.orders-json-ids-1073459972.json': ['order.v1 shopify:1073459972'],
  'order.get.orders-json-since-id-123.json': [both],
  'order.get.orders-json-status-any.json': [both],
  'order.get.orders-json-updated-at-min-2005-07-31T15-3A57-3A11-04-3A00.json': [both],
  'order.post.orders-450789469-cancel-json.json': [both],
  'order.post.orders-450789469-close-json.json': [both],
  'order.post.orders-450789469-open-json.json': [both],
  'order.post.orders-json.json': ['order.v1 shopify:1073459975'],
  'order.put.orders-450789469-json.json': [both],
}, orders, answersWithOrders))

describe('orders of the Python client', () => fixturesTest('shopify/shopify_python_api/fixtures', source, {
  // An abridged order of 2021: to take its missing lines for none would empty the order everywhere.
  'orders.json': [partly('discount_codes tax_lines shipping_lines line_items')],
}, orders, answersWithOrders))

// Each pair of files is the same answer in two versions of the API.
const pairs = [
  '2022_04--2022_07/order.get.orders-450789469-json', '2022_04--2022_07/customer.get.customers-207119551-orders-json', '2022_07--2022_10/order.get.orders-json-status-any',
  '2022_10--2023_01/customer.get.customers-207119551-orders-json', '2022_10--2023_01/order.get.orders-450789469-json', '2022_10--2023_01/order.get.orders-json-status-any', '2022_10--2023_01/order.put.orders-450789469-json',
]
describe('orders of older API versions', () => fixturesTest('drift/shopify', source, {
  ...Object.fromEntries(pairs.flatMap((folder) => ['v1', 'v2'].map((version) => [`${folder}/${version}.json`, [both]]))),
  '2022_10--2023_01/order.post.orders-json/v1.json': ['order.v1 shopify:1073459969'],
  '2022_10--2023_01/order.post.orders-json/v2.json': ['order.v1 shopify:1073459967'],
}, orders, /\/(order\.|customer\.get\.customers-\d+-orders).*\/v\d\.json$/))
