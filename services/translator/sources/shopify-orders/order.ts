import { decimal } from '../../../../canonical/decimal.ts'
import { sum } from '../../../../canonical/decimal-sum.ts'
import { currency } from '../../../../canonical/iso4217.ts'
import { each, group, mapping, part } from '../../../../canonical/mapping.ts'
import { absent, filled, id, oneOf, optional, same, text } from '../../../../canonical/meanings.ts'
import { micros } from '../../../../canonical/micros.ts'
import { addressFields } from './address.ts'
import contract from './contract.ts'
import { tagsOf } from './tags.ts'

const shopify = (number: Parameters<typeof id>[0]) => `shopify:${id(number)}`
const unshipped = oneOf({ fulfilled: 'FULFILLED', partial: 'PARTIAL', restocked: 'RETURNED' })
const taxFields = {
  title:  { says: 'Name of the tax.', from: 'title', get: text },
  rate:   { says: 'Share of the price, 0.06 for 6 %.', from: 'rate', get: optional(decimal) },
  amount: { says: 'What the tax comes to.', from: 'price', get: decimal },
} as const

export default mapping(contract, 'order.v1', {
  entity:  { says: 'Shopify\'s order id.', from: 'id', get: shopify },
  version: { says: 'Last change at Shopify.', from: 'updated_at', get: micros },
  fields: {
    id:     { says: 'Shopify\'s order id.', from: 'id', get: id },
    number: { says: 'Number with the shop\'s prefix, as the buyer sees it: #1001.', from: 'name', get: text },
    status: { says: 'CANCELLED with a time of cancelling, else COMPLETED with a time of closing (archived), else OPEN.', from: ['cancelled_at', 'closed_at'],
              get: (cancelled, closed) => (cancelled !== null ? 'CANCELLED' : closed !== null ? 'COMPLETED' : 'OPEN') },
    paymentStatus: { says: 'Shopify\'s financial status.', from: 'financial_status',
                     get: optional(oneOf({ pending: 'PENDING', authorized: 'AUTHORIZED', partially_paid: 'PARTIALLY_PAID', paid: 'PAID', partially_refunded: 'PARTIALLY_REFUNDED', refunded: 'REFUNDED', voided: 'VOIDED' })) },
    fulfillmentStatus: { says: 'Shopify sends null while nothing is shipped: UNFULFILLED. A restocked order is RETURNED. Where the field is not sent at all, nothing is known.', from: 'fulfillment_status',
                         get: (status) => (status === undefined ? null : status === null ? 'UNFULFILLED' : unshipped(status)) },
    placedAt:     { says: 'When the order was made.', from: 'created_at', get: micros },
    updatedAt:    { says: 'Last change at Shopify.', from: 'updated_at', get: micros },
    closedAt:     { says: 'When the shop archived it.', from: 'closed_at', get: optional(micros) },
    cancelledAt:  { says: 'When it was cancelled.', from: 'cancelled_at', get: optional(micros) },
    cancelReason: { says: 'Shopify\'s word for the reason: customer, inventory, fraud, declined, other.', from: 'cancel_reason', get: filled },
    channel:      { says: 'Sales channel: web, pos, or the id of an app.', from: 'source_name', get: filled },
    test:         { says: 'True for a test order. Test orders are mapped, not filtered: each target decides, and the sums of both sides agree.', from: 'test', get: same },
    currency:     { says: 'Currency of the shop, which all amounts below are in (not the buyer\'s presentment currency).', from: 'currency', get: currency },
    pricesIncludeTax: { says: 'True where line prices include tax.', from: 'taxes_included', get: same },
    customer:     { says: 'The account that ordered; none for a guest.', from: 'customer.id', get: optional(shopify) },
    email:        { says: 'Contact address of the order. Empty text means none.', from: 'email', get: filled },
    phone:        { says: 'Contact number of the order. Empty text means none.', from: 'phone', get: filled },
    billingAddress:  part('billing_address', { says: 'Who is billed; none where nothing was to pay or the till did not ask.', missing: 'null', fields: addressFields }),
    shippingAddress: part('shipping_address', { says: 'Where it goes; none where nothing is shipped.', missing: 'null', fields: addressFields }),
    lines: each('line_items', { says: 'One entry per order line.', fields: {
      id:        { says: 'Shopify\'s line id.', from: 'id', get: id },
      product:   { says: 'The product; none for a line typed in by hand or a product that was removed.', from: 'product_id', get: optional(shopify) },
      variant:   { says: 'Shopify\'s variant id.', from: 'variant_id', get: optional(id) },
      sku:       { says: 'Article number of the shop. Empty text means none.', from: 'sku', get: filled },
      title:     { says: 'Article as the buyer saw it.', from: 'title', get: text },
      quantity:  { says: 'Pieces ordered, also those that were removed later.', from: 'quantity', get: decimal },
      unitPrice: { says: 'Price of one piece before discounts.', from: 'price', get: decimal },
      discount:  { says: 'Sum of the discounts that Shopify allocated to the line.', from: 'discount_allocations', get: (allocations) => sum(allocations.map(({ amount }) => decimal(amount))) },
      total:     { says: 'Not stated by Shopify.', from: [], get: absent },
      taxes:     each('tax_lines', { says: 'Taxes of this line.', fields: taxFields }),
      shippable: { says: 'True where the article is shipped.', from: 'requires_shipping', get: same },
    } }),
    discounts: each('discount_codes', { says: 'Discount codes of the order; automatic discounts have no code and show in lines and totals only.', fields: {
      code:   { says: 'The code.', from: 'code', get: text },
      kind:   { says: 'How it is counted.', from: 'type', get: optional(oneOf({ fixed_amount: 'FIXED', percentage: 'PERCENTAGE', shipping: 'SHIPPING' })) },
      amount: { says: 'What it takes off the order.', from: 'amount', get: decimal },
    } }),
    taxes: each('tax_lines', { says: 'Taxes of the whole order.', fields: taxFields }),
    shipping: each('shipping_lines', { says: 'Shipping that was charged.', fields: {
      title: { says: 'Name of the shipping method.', from: 'title', get: text },
      code:  { says: 'Code of the shipping method. Empty text means none.', from: 'code', get: filled },
      price: { says: 'Price of the method before discounts.', from: 'price', get: decimal },
    } }),
    totals: group({ says: 'Sums as the order was placed; later removals and refunds are not taken off.', fields: {
      subtotal: { says: 'Lines after discounts, before shipping.', from: 'subtotal_price', get: optional(decimal) },
      discount: { says: 'All discounts.', from: 'total_discounts', get: decimal },
      shipping: { says: 'All shipping, in the currency of the shop.', from: 'total_shipping_price_set.shop_money.amount', get: optional(decimal) },
      tax:      { says: 'All taxes.', from: 'total_tax', get: decimal },
      total:    { says: 'What the buyer pays, tax and shipping included.', from: 'total_price', get: decimal },
    } }),
    note: { says: 'Note of the buyer or the shop. Empty text means none.', from: 'note', get: filled },
    tags: { says: 'The shop\'s tags; Shopify sends them as one text with commas.', from: 'tags', get: tagsOf },
  },
})
