import { Type } from 'typebox'
import { contract } from '../../../canonical/contract.ts'

const text = Type.String()

/** The shop's order. What nobody needs (loyalty, utm, user_agent) is left open: such fields are allowed, counted and named. */
export default contract(Type.Object({
  id: text,
  version: Type.Integer(),
  updated_at: text,
  shop: text,
  state: text,
  channel: text,
  payment: text,
  customer: Type.Object({ id: text, first_name: text, last_name: text, email: text }),
  currency: text,
  lines: Type.Array(Type.Object({ sku: text, qty: Type.Integer(), price: text })),
  total: text,
  tax: text,
  shipping: text,
  shipping_address: Type.Object({ street: text, city: text, zip: text, country: text }),
  priority: Type.Boolean(),
  note: Type.Union([text, Type.Null()]),
}))
