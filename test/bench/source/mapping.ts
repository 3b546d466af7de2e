import { decimal } from '../../../canonical/decimal.ts'
import { currency } from '../../../canonical/iso4217.ts'
import { each, group, mapping } from '../../../canonical/mapping.ts'
import { absent, id, none, oneOf, optional, same, text } from '../../../canonical/meanings.ts'
import { micros } from '../../../canonical/micros.ts'
import { kind, source } from '../../../canonical/source.ts'
import contract from './contract.ts'

const noAmount = () => decimal('0')

const order = mapping(contract, 'order.v1', {
  entity:     { says: "The shop's order id.", from: 'id', get: (order) => `bench:${id(order)}` },
  version:    { says: 'The shop counts the states of an order.', from: 'version', get: same },
  occurredAt: { says: 'Last change in the shop.', from: 'updated_at', get: micros },
  fields: {
    id:     { says: "The shop's order id.", from: 'id', get: id },
    number: { says: 'The shop shows buyers the id.', from: 'id', get: text },
    status: { says: "Where the order stands; the shop's open, paid and shipped are under way.", from: 'state',
              get: oneOf({ open: 'OPEN', paid: 'OPEN', shipped: 'OPEN', closed: 'COMPLETED', cancelled: 'CANCELLED' }) },
    paymentStatus:     { says: 'Follows from the state.', from: 'state', get: oneOf({ open: 'PENDING', paid: 'PAID', shipped: 'PAID', closed: 'PAID', cancelled: 'VOIDED' }) },
    fulfillmentStatus: { says: 'Follows from the state.', from: 'state', get: oneOf({ open: 'UNFULFILLED', paid: 'UNFULFILLED', shipped: 'FULFILLED', closed: 'FULFILLED', cancelled: 'UNFULFILLED' }) },
    placedAt:     { says: 'The shop tells the last change only.', from: 'updated_at', get: micros },
    updatedAt:    { says: 'Last change in the shop.', from: 'updated_at', get: micros },
    closedAt:     { says: 'Not told.', from: [], get: absent },
    cancelledAt:  { says: 'Not told.', from: [], get: absent },
    cancelReason: { says: 'Not told.', from: [], get: absent },
    channel:      { says: 'web, app, store or phone.', from: 'channel', get: text },
    test:         { says: 'The shop has no test orders.', from: [], get: () => false },
    currency:     { says: 'Currency of all amounts.', from: 'currency', get: currency },
    pricesIncludeTax: { says: 'They do.', from: [], get: () => true },
    customer:     { says: 'Who ordered.', from: 'customer.id', get: (customer) => `bench:${id(customer)}` },
    email:        { says: 'Contact address, in lower case.', from: 'customer.email', get: (address) => text(address.toLowerCase()) },
    phone:        { says: 'Not told.', from: [], get: absent },
    billingAddress: { says: 'Not told.', from: [], get: absent },
    shippingAddress: group({ says: 'Where it goes.', fields: {
      firstName:  { says: "The customer's given name.", from: 'customer.first_name', get: text },
      lastName:   { says: "The customer's family name.", from: 'customer.last_name', get: text },
      company:    { says: 'Not told.', from: [], get: absent },
      line1:      { says: 'Street and number.', from: 'shipping_address.street', get: text },
      line2:      { says: 'Not told.', from: [], get: absent },
      city:       { says: 'City.', from: 'shipping_address.city', get: text },
      region:     { says: 'Not told.', from: [], get: absent },
      postalCode: { says: 'Postal code.', from: 'shipping_address.zip', get: text },
      country:    { says: 'ISO 3166-1 code.', from: 'shipping_address.country', get: text },
      phone:      { says: 'Not told.', from: [], get: absent },
    } }),
    lines: each('lines', { says: 'One entry for each article.', fields: {
      id:        { says: 'The article number; lines have no id of their own.', from: 'sku', get: id },
      product:   { says: 'Not told.', from: [], get: absent },
      variant:   { says: 'Not told.', from: [], get: absent },
      sku:       { says: 'Article number.', from: 'sku', get: text },
      title:     { says: 'The article number; the shop sends no name.', from: 'sku', get: text },
      quantity:  { says: 'Pieces.', from: 'qty', get: decimal },
      unitPrice: { says: 'Price of one piece.', from: 'price', get: decimal },
      discount:  { says: 'The shop gives none.', from: [], get: noAmount },
      total:     { says: 'Not told.', from: [], get: absent },
      taxes:     { says: 'Told for the order only.', from: [], get: none },
      shippable: { says: 'Not told.', from: [], get: absent },
    } }),
    discounts: { says: 'The shop gives none.', from: [], get: none },
    taxes:     { says: 'Told as a sum only.', from: [], get: none },
    shipping:  { says: 'Told as a sum only.', from: [], get: none },
    totals: group({ says: 'As the shop states them.', fields: {
      subtotal: { says: 'Not told.', from: [], get: absent },
      discount: { says: 'The shop gives none.', from: [], get: noAmount },
      shipping: { says: 'Shipping.', from: 'shipping', get: decimal },
      tax:      { says: 'Tax in the total.', from: 'tax', get: decimal },
      total:    { says: 'What the buyer pays.', from: 'total', get: decimal },
    } }),
    note: { says: 'Note of the buyer.', from: 'note', get: optional(text) },
    tags: { says: 'Shop and means of payment, and priority where it is one.', from: ['shop', 'payment', 'priority'], get: (shop, payment, priority) => (priority ? [text(shop), text(payment), 'priority'] : [text(shop), text(payment)]) },
  },
})

export default source({ kinds: [kind(contract, { gives: [order] })] })
