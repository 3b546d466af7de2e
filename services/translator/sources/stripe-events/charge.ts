import { mapping } from '../../../../canonical/mapping.ts'
import { absent, filled, oneOf, optional, required, text } from '../../../../canonical/meanings.ts'
import { seconds } from '../../../../canonical/micros.ts'
import { amountOf, currencyOf } from './amount.ts'
import { charge } from './contract.ts'
import { chargeEntity, entityOf } from './entity.ts'

const chargeState = oneOf({ succeeded: 'SUCCEEDED', pending: 'PENDING', failed: 'FAILED' })
const alike = {
  id:       { says: 'Stripe\'s charge id.', from: 'data.object.id', get: text },
  currency: { says: 'ISO 4217 code.', from: 'data.object.currency', get: currencyOf },
  customer: { says: 'The customer who was charged, where one is known.', from: 'data.object.customer', get: optional(entityOf) },
  order:    { says: 'Order number, where the checkout wrote it to `metadata.order_id`.', from: 'data.object.metadata.order_id', get: filled },
  method:   { says: 'Means of payment in Stripe\'s words: card, sepa_debit, …', from: 'data.object.payment_method_details.type', get: filled },
  description: { says: 'Text on the charge.', from: 'data.object.description', get: filled },
} as const

export const charged = mapping(charge, 'payment.v1', {
  entity:  { says: 'The charge as a movement of its own; its capture is another.', from: 'data.object.id', get: (id) => chargeEntity(id) },
  version: { says: 'When Stripe made the event: whole seconds, so two events of one second rank by their order in the topic.', from: 'created', get: seconds },
  fields: {
    ...alike,
    kind:      { says: 'A charge.', from: [], get: () => 'CHARGE' },
    direction: { says: 'IN where it was captured at once; NONE where it was only authorized or failed: the money then comes with the capture, or never.', from: 'data.object.captured', get: (captured) => (captured ? 'IN' : 'NONE') },
    state:     { says: 'Stripe\'s status; an authorization that expired is CANCELLED.', from: ['type', 'data.object.status'], get: (type, status) => (type === 'charge.expired' ? 'CANCELLED' : chargeState(status)) },
    amount:    { says: 'What was charged or authorized, from whole numbers of the smallest unit.', from: ['data.object.amount', 'data.object.currency'], get: amountOf },
    madeAt:    { says: 'When the charge was made.', from: 'data.object.created', get: seconds },
    parent:    { says: 'A charge comes first.', from: [], get: absent },
    reason:    { says: 'Code of the failure.', from: 'data.object.failure_code', get: filled },
  },
})

export const captured = mapping(charge, 'payment.v1', {
  entity:  { says: 'The capture of the charge.', from: 'data.object.id', get: (id) => `${entityOf(id)}:capture` },
  version: { says: 'When Stripe made the event.', from: 'created', get: seconds },
  fields: {
    ...alike,
    kind:      { says: 'A capture.', from: [], get: () => 'CAPTURE' },
    direction: { says: 'Money comes in.', from: [], get: () => 'IN' },
    state:     { says: 'Stripe\'s status of the charge.', from: 'data.object.status', get: chargeState },
    amount:    { says: 'What was captured, which may be less than what was authorized.', from: ['data.object.amount_captured', 'data.object.currency'], get: (amount, code) => amountOf(required((it: number) => it)(amount), code) },
    madeAt:    { says: 'When it was captured.', from: 'created', get: seconds },
    parent:    { says: 'The charge that was captured.', from: 'data.object.id', get: (id) => chargeEntity(id) },
    reason:    { says: 'A capture has none.', from: [], get: absent },
  },
})
