import { type Decimal, unscaled } from '../../../canonical/decimal.ts'
import type { Address, OrderLine } from '../../../canonical/models.generated.ts'
import { boolean, derived, jsonList, modelTable, numeric, optional, text, whole } from '../../../services/sink/targets/columns.ts'

/** Amounts have nine decimals, cents two; whatever is finer than a cent is refused by the column, not cut. */
const minor = derived(whole, (amount: Decimal) => Number(unscaled(amount)) / 1e7)
const withoutSpace = (entity: string | null) => (entity === null ? null : entity.slice(entity.indexOf(':') + 1))

/** The rivals' table: their 23 columns. Version, source and time of the event are the hub's own columns of the same meaning. */
export default [
  modelTable('order.v1', { table: 'orders', says: 'Orders as they are now.', columns: {
    order_id: { says: 'Identifier in the shop.', from: 'id', get: text },
    status: { says: 'Where the order stands.', from: 'status', get: text },
    channel: { says: 'Sales channel.', from: 'channel', get: optional(text) },
    payment_method: { says: 'Means of payment, the second tag.', from: 'tags', get: derived(optional(text), (tags: readonly string[]) => tags[1]) },
    customer_id: { says: 'Identifier of the customer in the shop.', from: 'customer', get: derived(optional(text), withoutSpace) },
    customer_name: { says: 'Given and family name.', from: 'shippingAddress', get: derived(optional(text), (address: Address | null) => address === null ? null : `${address.firstName} ${address.lastName}`) },
    customer_email: { says: 'Contact address.', from: 'email', get: optional(text) },
    currency: { says: 'ISO 4217 code.', from: 'currency', get: text },
    total_minor: { says: 'What the buyer pays, in cents.', from: 'totals.total', get: minor },
    tax_minor: { says: 'Tax, in cents.', from: 'totals.tax', get: minor },
    shipping_minor: { says: 'Shipping, in cents.', from: 'totals.shipping', get: optional(minor) },
    line_count: { says: 'Articles.', from: 'lines', get: derived(whole, (lines: readonly OrderLine[]) => lines.length) },
    qty_total: { says: 'Pieces, exactly.', from: 'lines', get: derived(whole, (lines: readonly OrderLine[]) => lines.reduce((sum, { quantity }) => sum + Number(quantity), 0)) },
    lines: { says: 'Articles with quantity and price.', from: 'lines', get: jsonList({ sku: { from: 'sku', get: optional(text) }, qty: { from: 'quantity', get: numeric }, price: { from: 'unitPrice', get: optional(numeric) } }) },
    ship_street: { says: 'Street and number.', from: 'shippingAddress.line1', get: optional(text) },
    ship_city: { says: 'City.', from: 'shippingAddress.city', get: optional(text) },
    ship_zip: { says: 'Postal code.', from: 'shippingAddress.postalCode', get: optional(text) },
    ship_country: { says: 'ISO 3166-1 code.', from: 'shippingAddress.country', get: optional(text) },
    priority: { says: 'Whether there is a third tag that says so.', from: 'tags', get: derived(boolean, (tags: readonly string[]) => tags[2] === 'priority') },
    note: { says: 'Note of the buyer.', from: 'note', get: optional(text) },
  } }),
]
