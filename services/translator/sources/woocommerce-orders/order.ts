import { decimal } from '../../../../canonical/decimal.ts'
import { product as times, quotient, sum } from '../../../../canonical/decimal-sum.ts'
import type { Exact } from '../../../../canonical/exact.ts'
import { currency } from '../../../../canonical/iso4217.ts'
import { each, group, mapping, part } from '../../../../canonical/mapping.ts'
import { absent, filled, id, none, optional, same, text } from '../../../../canonical/meanings.ts'
import { microsUtc } from '../../../../canonical/micros-utc.ts'
import { billingFields, shippingFields } from './address.ts'
import contract from './contract.ts'
import { orderStatus, paymentStatus } from './status.ts'

const woocommerce = (number: number | Exact) => `woocommerce:${id(number)}`
/** WordPress numbers from 1; 0 means that there is none. */
const orZero = <R>(get: (number: number | Exact) => R) => (number: number | Exact) => (number === 0 ? null : get(number))
const shipment = { processing: 'UNFULFILLED', completed: 'FULFILLED' } as const

export default mapping(contract, 'order.v1', {
  entity:  { says: 'WooCommerce\'s order id.', from: 'id', get: woocommerce },
  version: { says: 'Last change at the shop, in whole seconds of UTC.', from: 'date_modified_gmt', get: microsUtc },
  deleted: { says: 'Where the order lies in the trash. Restored from there, it comes back with a newer version.', from: 'status', get: (status) => status === 'trash' },
  fields: {
    id:     { says: 'WooCommerce\'s order id.', from: 'id', get: id },
    number: { says: 'Number that the buyer sees.', from: 'number', get: text },
    status: { says: 'pending, on-hold and processing are OPEN. A refunded order is COMPLETED where it was completed before, else CANCELLED. Statuses of extensions are refused until someone agrees what they mean.', from: ['status', 'date_completed_gmt'], get: orderStatus },
    paymentStatus: { says: 'REFUNDED by its status; PAID with a time of payment, PARTIALLY_REFUNDED with refunds beside it; PENDING while the shop waits for money.', from: ['status', 'date_paid_gmt', 'refunds'], get: paymentStatus },
    fulfillmentStatus: { says: 'processing waits to be shipped, completed is shipped; the other statuses do not say.', from: 'status', get: (status) => (status === 'processing' || status === 'completed' ? shipment[status] : null) },
    placedAt:    { says: 'When the order was made, from the time in UTC.', from: 'date_created_gmt', get: microsUtc },
    updatedAt:   { says: 'Last change at the shop, from the time in UTC.', from: 'date_modified_gmt', get: microsUtc },
    closedAt:    { says: 'When it was completed, from the time in UTC.', from: 'date_completed_gmt', get: optional(microsUtc) },
    cancelledAt: { says: 'WooCommerce does not say when an order was cancelled.', from: [], get: absent },
    cancelReason: { says: 'WooCommerce does not say why.', from: [], get: absent },
    channel:     { says: 'How the order came: checkout, rest-api, admin, … Empty text means unknown.', from: 'created_via', get: filled },
    test:        { says: 'WooCommerce knows no test orders.', from: [], get: () => false },
    currency:    { says: 'ISO 4217 code.', from: 'currency', get: currency },
    pricesIncludeTax: { says: 'True where the shop enters prices with tax. Lines come without tax all the same.', from: 'prices_include_tax', get: same },
    customer:    { says: 'The account that ordered; 0 is a guest.', from: 'customer_id', get: orZero(woocommerce) },
    email:       { says: 'Contact address of the bill. Empty text means none.', from: 'billing.email', get: filled },
    phone:       { says: 'Contact number of the bill. Empty text means none.', from: 'billing.phone', get: filled },
    billingAddress:  part('billing', { says: 'Who is billed.', fields: billingFields }),
    shippingAddress: part('shipping', { says: 'Where it goes; all empty where nothing is shipped.', fields: shippingFields }),
    lines: each('line_items', { says: 'One entry per order line.', fields: {
      id:        { says: 'WooCommerce\'s line id.', from: 'id', get: id },
      product:   { says: 'The product; 0 means that it was removed.', from: 'product_id', get: orZero(woocommerce) },
      variant:   { says: 'Variation of the product; 0 means none.', from: 'variation_id', get: orZero(id) },
      sku:       { says: 'Article number. Empty text means none.', from: 'sku', get: filled },
      title:     { says: 'Article as the buyer saw it.', from: 'name', get: text },
      quantity:  { says: 'Ordered quantity.', from: 'quantity', get: decimal },
      unitPrice: { says: 'Line before discounts ÷ quantity, without tax; null where the division does not end. WooCommerce\'s own `price` is after discounts and rounded.', from: ['subtotal', 'quantity'], get: (subtotal, quantity) => quotient(decimal(subtotal), decimal(quantity)) },
      discount:  { says: 'Line before discounts less line after discounts, without tax.', from: ['subtotal', 'total'], get: (subtotal, total) => sum([decimal(subtotal), times(decimal(total), decimal(-1))]) },
      total:     { says: 'Line after discounts, without tax.', from: 'total', get: decimal },
      taxes: each('taxes', { says: 'Taxes of this line.', fields: {
        title:  { says: 'Id of the tax rate; its name stands with the taxes of the order.', from: 'id', get: id },
        rate:   { says: 'Stands with the taxes of the order.', from: [], get: absent },
        amount: { says: 'Tax on the line after discounts; an empty text is a rate that does not apply to it, 0.', from: 'total', get: (total) => decimal(total === '' ? 0 : total) },
      } }),
      shippable: { says: 'WooCommerce does not say it of a line.', from: [], get: absent },
    } }),
    discounts: each('coupon_lines', { says: 'Coupons of the order.', fields: {
      code:   { says: 'The code.', from: 'code', get: text },
      kind:   { says: 'The order does not say how a coupon is counted.', from: [], get: absent },
      amount: { says: 'What it takes off, without tax.', from: 'discount', get: decimal },
    } }),
    taxes: each('tax_lines', { says: 'Taxes of the whole order, shipping included.', fields: {
      title:  { says: 'Name of the tax.', from: 'label', get: text },
      rate:   { says: 'Percent ÷ 100; shops before WooCommerce 3.7 do not send it.', from: 'rate_percent', get: optional((percent: number | Exact) => times(decimal(percent), decimal('0.01'))) },
      amount: { says: 'Tax on lines plus tax on shipping.', from: ['tax_total', 'shipping_tax_total'], get: (lines, shipping) => sum([decimal(lines), decimal(shipping)]) },
    } }),
    shipping: each('shipping_lines', { says: 'Shipping that was charged.', fields: {
      title: { says: 'Name of the shipping method.', from: 'method_title', get: text },
      code:  { says: 'Id of the shipping method. Empty text means none.', from: 'method_id', get: filled },
      price: { says: 'Price without tax.', from: 'total', get: decimal },
    } }),
    totals: group({ says: 'Sums as the shop states them.', fields: {
      subtotal: { says: 'Lines after discounts, without tax: their sum, which WooCommerce leaves to the reader.', from: 'line_items', get: (lines) => sum(lines.map(({ total }) => decimal(total))) },
      discount: { says: 'All discounts, without tax.', from: 'discount_total', get: decimal },
      shipping: { says: 'All shipping, without tax.', from: 'shipping_total', get: decimal },
      tax:      { says: 'All taxes.', from: 'total_tax', get: decimal },
      total:    { says: 'What the buyer pays, tax and shipping included.', from: 'total', get: decimal },
    } }),
    note: { says: 'Note of the buyer. Empty text means none.', from: 'customer_note', get: filled },
    tags: { says: 'WooCommerce knows none.', from: [], get: none },
  },
})
