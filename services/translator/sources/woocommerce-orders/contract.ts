import { Type } from 'typebox'
import { contract } from '../../../../canonical/contract.ts'
import { ExactNumber } from '../../../../canonical/exact.ts'

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const maybe = <T extends Type.TSchema>(type: T) => Type.Optional(nullable(type))
const text = Type.String()
const addressFields = {
  first_name: maybe(text), last_name: maybe(text), company: maybe(text), address_1: maybe(text), address_2: maybe(text),
  city: maybe(text), state: maybe(text), postcode: maybe(text), country: maybe(text), phone: maybe(text),
}

/** The order as WooCommerce's webhooks (order.created, order.updated, order.restored) and its REST API v3 send it. */
export default contract(Type.Object({
  id: ExactNumber(),
  number: text,
  status: text,
  created_via: maybe(text),
  currency: text,
  date_created_gmt: text,
  date_modified_gmt: text,
  date_completed_gmt: maybe(text),
  date_paid_gmt: maybe(text),
  discount_total: text,
  shipping_total: text,
  total: text,
  total_tax: text,
  prices_include_tax: Type.Boolean(),
  customer_id: ExactNumber(),
  customer_note: maybe(text),
  billing: Type.Object({ ...addressFields, email: maybe(text) }),
  shipping: Type.Object(addressFields),
  line_items: Type.Array(Type.Object({
    id: ExactNumber(), name: text, product_id: ExactNumber(), variation_id: ExactNumber(), sku: maybe(text), quantity: ExactNumber(), subtotal: text, total: text,
    taxes: Type.Array(Type.Object({ id: ExactNumber(), total: text })),
  })),
  tax_lines: Type.Array(Type.Object({ label: text, rate_percent: Type.Optional(ExactNumber()), tax_total: text, shipping_tax_total: text })),
  shipping_lines: Type.Array(Type.Object({ method_title: text, method_id: maybe(text), total: text })),
  coupon_lines: Type.Array(Type.Object({ code: text, discount: text })),
  refunds: Type.Array(Type.Object({ id: ExactNumber() })),
}))
