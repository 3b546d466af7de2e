export interface SourceOrder {
  readonly id: string; readonly version: number; readonly updated_at: string; readonly shop: string; readonly state: string; readonly channel: string; readonly payment: string
  readonly customer: { readonly id: string; readonly first_name: string; readonly last_name: string; readonly email: string }
  readonly currency: string; readonly lines: readonly { readonly sku: string; readonly qty: number; readonly price: string }[]
  readonly total: string; readonly tax: string; readonly shipping: string
  readonly shipping_address: { readonly street: string; readonly city: string; readonly zip: string; readonly country: string }
  readonly priority: boolean; readonly note: string | null
}

/** The mapping that every rival performs. */
export function flatOrder(order: SourceOrder) {
  const { customer, shipping_address: address, lines } = order
  return {
    order_id: order.id, version: order.version, event_time: Date.parse(order.updated_at), source: order.shop, status: order.state.toUpperCase(),
    channel: order.channel, payment_method: order.payment,
    customer_id: customer.id, customer_name: `${customer.first_name} ${customer.last_name}`, customer_email: customer.email.toLowerCase(),
    currency: order.currency, total_minor: minor(order.total), tax_minor: minor(order.tax), shipping_minor: minor(order.shipping),
    line_count: lines.length, qty_total: lines.reduce((sum, { qty }) => sum + qty, 0), lines: JSON.stringify(lines),
    ship_street: address.street, ship_city: address.city, ship_zip: address.zip, ship_country: address.country,
    priority: order.priority, note: order.note,
  }
}

/** Text with a point into cents, without a detour through fractions. */
function minor(amount: string): number {
  const [whole = '', cents = ''] = amount.split('.')
  return Number(whole) * 100 + Number(cents.padEnd(2, '0').slice(0, 2))
}
