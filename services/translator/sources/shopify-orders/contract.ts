import { Type } from 'typebox'
import { contract } from '../../../../canonical/contract.ts'
import { ExactNumber } from '../../../../canonical/exact.ts'

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const maybe = <T extends Type.TSchema>(type: T) => Type.Optional(nullable(type))
const text = Type.String()

const address = Type.Object({
  first_name: maybe(text), last_name: maybe(text), company: maybe(text), address1: maybe(text), address2: maybe(text),
  city: maybe(text), province: maybe(text), zip: maybe(text), country_code: maybe(text), phone: maybe(text),
})
const taxes = Type.Array(Type.Object({ title: text, rate: maybe(ExactNumber()), price: text }))

/** The order as Shopify's webhooks (orders/create, orders/updated, …) and its REST API send it, Admin API 2022-04 to 2024-10. */
export default contract(Type.Object({
  id: ExactNumber(),
  name: text,
  created_at: text,
  updated_at: text,
  closed_at: nullable(text),
  cancelled_at: nullable(text),
  cancel_reason: nullable(text),
  financial_status: nullable(text),
  fulfillment_status: maybe(text),
  source_name: maybe(text),
  test: Type.Boolean(),
  currency: text,
  taxes_included: Type.Boolean(),
  email: maybe(text),
  phone: maybe(text),
  subtotal_price: maybe(text),
  total_discounts: text,
  total_shipping_price_set: maybe(Type.Object({ shop_money: Type.Object({ amount: text }) })),
  total_tax: text,
  total_price: text,
  note: maybe(text),
  tags: text,
  discount_codes: Type.Array(Type.Object({ code: text, type: maybe(text), amount: text })),
  tax_lines: taxes,
  shipping_lines: Type.Array(Type.Object({ title: text, code: maybe(text), price: text })),
  billing_address: maybe(address),
  shipping_address: maybe(address),
  line_items: Type.Array(Type.Object({
    id: ExactNumber(), product_id: nullable(ExactNumber()), variant_id: nullable(ExactNumber()), sku: maybe(text), title: text,
    quantity: ExactNumber(), price: text, requires_shipping: Type.Boolean(), tax_lines: taxes,
    discount_allocations: Type.Array(Type.Object({ amount: text })),
  })),
  customer: maybe(Type.Object({
    id: ExactNumber(), created_at: maybe(text), updated_at: maybe(text), email: maybe(text), verified_email: maybe(Type.Boolean()), phone: maybe(text),
    first_name: maybe(text), last_name: maybe(text), state: maybe(text), note: maybe(text), tags: maybe(text), tax_exempt: maybe(Type.Boolean()),
    currency: maybe(text), accepts_marketing: maybe(Type.Boolean()), email_marketing_consent: maybe(Type.Object({ state: text })),
    default_address: maybe(address),
  })),
}))
