import { Type } from 'typebox'
import { contract } from '../../../../canonical/contract.ts'
import { eachOf, named } from '../../../../canonical/each-of.ts'

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const maybe = <T extends Type.TSchema>(type: T) => Type.Optional(nullable(type))
const text = Type.String()
/** Another object, by its id, or as the whole object where the endpoint expands it. */
const reference = Type.Union([text, Type.Object({ id: text })])
/** Free keys. The shop's checkout writes its order number under `order_id`. */
const metadata = maybe(Type.Object({ order_id: maybe(text) }))

const event = <T extends Type.TSchema>(object: T) => contract(Type.Object({ type: text, created: Type.Integer(), data: Type.Object({ object }) }))

const refundObject = Type.Object({
  id: text, amount: Type.Integer(), currency: text, created: Type.Integer(), status: nullable(text), charge: maybe(reference),
  reason: maybe(text), failure_reason: maybe(text), description: maybe(text), destination_details: maybe(Type.Object({ type: text })), metadata,
})
const chargeObject = Type.Object({
  id: text, amount: Type.Integer(), amount_captured: maybe(Type.Integer()), currency: text, created: Type.Integer(), captured: Type.Boolean(), status: text,
  customer: maybe(reference), description: maybe(text), failure_code: maybe(text), payment_method_details: maybe(Type.Object({ type: text })), metadata,
  refunds: maybe(Type.Object({ data: Type.Optional(Type.Array(refundObject)) })),
})

export const charge = event(chargeObject)
export const refundOfCharge = eachOf(charge, 'data.object.refunds.data', 'refund')
export const refund = named(event(refundObject), 'data.object', 'refund')
export const dispute = event(Type.Object({
  id: text, amount: Type.Integer(), currency: text, created: Type.Integer(), status: text, charge: reference,
  reason: maybe(text), payment_method_details: maybe(Type.Object({ type: text })), metadata,
}))
export const customer = event(Type.Object({
  id: text, created: maybe(Type.Integer()), email: maybe(text), name: maybe(text), phone: maybe(text), description: maybe(text), currency: maybe(text), tax_exempt: maybe(text),
  address: maybe(Type.Object({ line1: maybe(text), line2: maybe(text), city: maybe(text), state: maybe(text), postal_code: maybe(text), country: maybe(text) })),
}))
export const product = event(Type.Object({
  id: text, name: maybe(text), description: maybe(text), active: maybe(Type.Boolean()), created: maybe(Type.Integer()), type: maybe(text),
}))
