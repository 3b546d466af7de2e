import type { Currency } from '../money.ts'
import { amountText, decimalText } from '../money.ts'
import { maybe, newYorkTime } from './time-text.ts'
import type { Line, Order, Payment, Shipment } from '../order.ts'
import type { Person } from '../person.ts'

const financial: Record<Payment, string> = { 'pending': 'pending', 'authorized': 'authorized', 'paid': 'paid', 'partly refunded': 'partially_refunded', 'refunded': 'refunded', 'voided': 'voided' }
const fulfilment: Record<Shipment, string | null> = { none: null, partly: 'partial', all: 'fulfilled' }
export const shopifyPerson = (person: Person): number => 6_900_000_000_000 + person.number

/** The order as Shopify's webhooks send it (Admin API 2024-10), without the fields that hold the same amounts once more; `full` sends those too. */
export function shopifyOrder(order: Order, id: number | object, full: boolean): object {
  const { buyer, currency, home } = order
  const money = (minor: number) => amountText(minor, currency)
  const both = (minor: number) => ({ shop_money: { amount: money(minor), currency_code: currency }, presentment_money: { amount: money(minor), currency_code: currency } })
  const taxes = (minor: number) => (minor === 0 ? [] : [{ price: money(minor), rate: home.taxPermille / 1000, title: home.taxName }])
  const line = (it: Line) => ({
    id: 14_000_000_000_000 + it.id, product_id: 7_000_000_000_000 + it.article.number, variant_id: 40_000_000_000_000 + it.article.number * 2 + (it.large ? 1 : 0),
    sku: `SKU-${it.article.number}`, title: it.article.name, quantity: it.quantity, price: money(it.unit), requires_shipping: !order.pickUp, tax_lines: taxes(it.tax),
    discount_allocations: it.discount === 0 ? [] : [{ amount: money(it.discount) }],
    ...(full ? { grams: it.article.grams, vendor: it.article.maker, name: `${it.article.name} - ${it.large ? 'large' : 'small'}`, gift_card: false, taxable: true, properties: [], price_set: both(it.unit), total_discount: money(it.discount), total_discount_set: both(it.discount) } : {}),
  })
  const address = buyer === null || order.pickUp ? null : {
    first_name: buyer.first, last_name: buyer.last, address1: buyer.street, city: home.city, ...(home.region === null ? {} : { province: home.region }), zip: home.zip, country_code: home.country,
    ...(full ? { company: buyer.company, address2: '', phone: buyer.phone, country: home.name, province_code: home.regionCode, latitude: 45.41634, longitude: -75.6868, name: `${buyer.first} ${buyer.last}` } : {}),
  }
  return {
    id, name: `#${order.number}`, created_at: newYorkTime(order.placedAt), updated_at: newYorkTime(order.changedAt), closed_at: maybe(order.closedAt, newYorkTime),
    cancelled_at: maybe(order.cancelledAt, newYorkTime), cancel_reason: order.cancelledAt === null ? null : 'customer', financial_status: financial[order.payment],
    fulfillment_status: fulfilment[order.shipment], source_name: 'web', test: false, currency, taxes_included: home.taxIncluded, email: buyer?.email ?? null,
    subtotal_price: money(order.subtotal), total_discounts: money(order.discount), total_tax: money(order.tax), total_price: money(order.total),
    ...(order.note === null ? {} : { note: order.note }), tags: buyer?.tag ?? '', discount_codes: order.discountCode === null ? [] : [{ code: order.discountCode, amount: money(order.discount), type: 'percentage' }],
    tax_lines: taxes(order.tax), shipping_lines: order.shipping === 0 ? [] : [{ title: 'Standard', code: 'STD', price: money(order.shipping) }],
    ...(order.pickUp ? {} : { total_shipping_price_set: { shop_money: { amount: money(order.shipping), currency_code: currency } } }), ...(address === null ? {} : { shipping_address: address }),
    line_items: order.lines.map(line), customer: buyer === null ? null : shopifyCustomer(buyer, currency),
    ...(full ? wide(order, address, both) : {}),
  }
}

/** Only what belongs to the person, so that the same state of a customer is the same in every order. */
const shopifyCustomer = (person: Person, currency: Currency): object => ({
  id: shopifyPerson(person), updated_at: newYorkTime(person.changedAt), email: person.email, first_name: person.first, last_name: person.last, state: 'disabled', currency, ...(person.phone === null ? {} : { phone: person.phone }), ...(person.tag === null ? {} : { tags: person.tag }),
  email_marketing_consent: { state: person.marketing ? 'subscribed' : 'not_subscribed' },
})

const wide = (order: Order, address: object | null, both: (minor: number) => object): object => ({
  admin_graphql_api_id: `gid://shopify/Order/${order.number}`, app_id: 580111, browser_ip: '203.0.113.7', buyer_accepts_marketing: false, cart_token: null, confirmed: true,
  client_details: { accept_language: 'en', browser_ip: '203.0.113.7', user_agent: 'Mozilla/5.0' }, billing_address: address, current_total_price_set: both(order.total - order.refunded),
  landing_site: '/?utm_source=news', order_number: order.number, payment_gateway_names: ['shopify_payments'], presentment_currency: order.currency,
  processed_at: newYorkTime(order.placedAt), subtotal_price_set: both(order.subtotal), total_discounts_set: both(order.discount), total_line_items_price: amountText(order.subtotal + order.discount, order.currency),
  total_price_set: both(order.total), total_shipping_price_set: both(order.shipping), total_tax_set: both(order.tax), total_tip_received: decimalText(0, 2), total_weight: 0,
  note_attributes: [{ name: 'custom engraving', value: 'Happy Birthday' }], fulfillments: [], refunds: [], discount_applications: [],
})
