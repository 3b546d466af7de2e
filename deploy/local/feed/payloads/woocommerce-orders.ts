import { maybe, timeText } from './time-text.ts'
import { amountText } from '../money.ts'
import { netOf, type Line, type Order } from '../order.ts'

// The shop's own clock, written without an offset beside the time in GMT.
const shopTime = (seconds: number): string => timeText(seconds + 3600)

export function wooStatus(order: Order): string {
  if (order.payment === 'voided') return 'cancelled'
  if (order.payment === 'refunded') return 'refunded'
  if (order.closedAt !== null || order.shipment === 'all') return 'completed'
  return order.payment === 'pending' ? 'pending' : order.payment === 'authorized' ? 'on-hold' : 'processing'
}

/** The order as WooCommerce's REST API v3 and webhooks send it: amounts as text and without tax, line prices as numbers. */
export function wooOrder(order: Order, status: string): object {
  const { buyer, home, currency } = order, money = (minor: number) => amountText(minor, currency)
  const net = (minor: number) => money(home.taxIncluded ? netOf(minor, home.taxPermille) : minor)
  const completed = status === 'completed' ? order.changedAt : null
  const line = (it: Line) => ({
    id: it.id, name: it.article.name, product_id: it.article.number, variation_id: it.large ? it.article.number * 2 + 1 : 0, quantity: it.quantity, tax_class: '', subtotal: net(it.total + it.discount),
    subtotal_tax: money(it.tax), total: net(it.total), total_tax: money(it.tax), taxes: it.tax === 0 ? [] : [{ id: 75, total: money(it.tax), subtotal: money(it.tax) }], meta_data: [], sku: `W-${it.article.number}`, price: Number(money(it.unit)),
  })
  const address = {
    first_name: buyer?.first ?? 'Guest', last_name: buyer?.last ?? '', company: buyer?.company ?? '', address_1: buyer?.street ?? '', address_2: '', city: home.city, state: home.regionCode ?? '', postcode: home.zip, country: home.country,
  }
  return {
    id: order.number, parent_id: 0, number: String(order.number), order_key: `wc_order_${order.number.toString(36)}`, created_via: 'checkout', version: '9.3.0', status, currency,
    date_created: shopTime(order.placedAt), date_created_gmt: timeText(order.placedAt), date_modified: shopTime(order.changedAt), date_modified_gmt: timeText(order.changedAt),
    discount_total: money(order.discount), discount_tax: money(0), shipping_total: money(order.shipping), shipping_tax: money(0), cart_tax: money(order.tax), total: money(order.total), total_tax: money(order.tax),
    prices_include_tax: home.taxIncluded, customer_id: buyer?.number ?? 0, customer_note: order.note ?? '',
    billing: { ...address, email: buyer?.email ?? 'guest@example.com', phone: buyer?.phone ?? '' }, shipping: address, payment_method: 'bacs', payment_method_title: 'Direct Bank Transfer', transaction_id: '',
    date_paid: maybe(order.paidAt, shopTime), date_paid_gmt: maybe(order.paidAt, timeText), date_completed: maybe(completed, shopTime), date_completed_gmt: maybe(completed, timeText), meta_data: [],
    line_items: order.lines.map(line),
    tax_lines: order.tax === 0 ? [] : [{ id: order.number * 10 + 1, rate_code: `${home.country}-TAX`, rate_id: 75, label: home.taxName, compound: false, tax_total: money(order.tax), shipping_tax_total: money(0), rate_percent: home.taxPermille / 10, meta_data: [] }],
    shipping_lines: order.shipping === 0 ? [] : [{ id: order.number * 10 + 2, method_title: 'Flat Rate', method_id: 'flat_rate', total: money(order.shipping), total_tax: money(0), taxes: [], meta_data: [] }],
    fee_lines: [], coupon_lines: order.discountCode === null ? [] : [{ id: order.number * 10 + 3, code: order.discountCode.toLowerCase(), discount: money(order.discount), discount_tax: money(0), meta_data: [] }],
    refunds: order.refunded === 0 ? [] : [{ id: order.number * 10 + 4, reason: '', total: money(-order.refunded) }],
  }
}
