import { describe } from 'vitest'
import { fixturesTest } from '../fixture-outcomes.ts'
import source from './mapping.ts'

const order = 'order.v1 woocommerce:727'
// A refund is a thing of its own, with an address below its order's; it is no order.
const refund = 'refused payload.breaks-contract: number status currency date_modified_gmt discount_total shipping_total total total_tax prices_include_tax customer_id billing shipping tax_lines shipping_lines coupon_lines refunds'

describe('orders of WooCommerce\'s API documentation', () => fixturesTest('woocommerce/rest-api-docs-v3', source, {
  'orders-01-http-request.json': [order],
  'orders-02-http-request.json': [order],
  'orders-03-http-request.json': [order, 'order.v1 woocommerce:723'],
  'orders-04-http-request.json': [order],
  'orders-05-http-request.json': [order],
  'order-refunds-01-http-request.json': [refund],
  'order-refunds-02-http-request.json': [refund],
  'order-refunds-03-http-request.json': [refund, refund],
  'order-refunds-04-http-request.json': [refund],
}, (json) => (Array.isArray(json) ? json : [json]), /^orders?-.*\.json$/))
