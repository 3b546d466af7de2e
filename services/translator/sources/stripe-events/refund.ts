import { mapping } from '../../../../canonical/mapping.ts'
import { absent, filled, oneOf, optional, required, text } from '../../../../canonical/meanings.ts'
import { seconds } from '../../../../canonical/micros.ts'
import { amountOf, currencyOf } from './amount.ts'
import { refund, refundOfCharge } from './contract.ts'
import { chargeEntity, entityOf } from './entity.ts'

const state = required(oneOf({ succeeded: 'SUCCEEDED', pending: 'PENDING', requires_action: 'PENDING', failed: 'FAILED', canceled: 'CANCELLED' }))

// One refund may come with its charge and alone, in the same second: one table reads both, so that both give the same effect key.
const table = {
  entity:  { says: 'Stripe\'s refund id.', from: 'refund.id', get: (id: string) => entityOf(id) },
  version: { says: 'When Stripe made the event.', from: 'created', get: seconds },
  fields: {
    id:        { says: 'Stripe\'s refund id.', from: 'refund.id', get: text },
    kind:      { says: 'A refund.', from: [], get: () => 'REFUND' as const },
    direction: { says: 'Money goes out.', from: [], get: () => 'OUT' as const },
    state:     { says: 'Stripe\'s status; what still needs an act of the customer is PENDING.', from: 'refund.status', get: (status: string | null) => state(status) },
    amount:    { says: 'What is paid back, from whole numbers of the smallest unit.', from: ['refund.amount', 'refund.currency'], get: amountOf },
    currency:  { says: 'ISO 4217 code.', from: 'refund.currency', get: currencyOf },
    madeAt:    { says: 'When the refund was made.', from: 'refund.created', get: seconds },
    customer:  { says: 'A refund does not name its customer; its parent does.', from: [], get: absent },
    order:     { says: 'Order number, where it was written to `metadata.order_id`.', from: 'refund.metadata.order_id', get: filled },
    parent:    { says: 'The charge that is paid back.', from: 'refund.charge', get: optional(chargeEntity) },
    method:    { says: 'Way back to the buyer, in Stripe\'s words.', from: 'refund.destination_details.type', get: filled },
    reason:    { says: 'Why it failed, else why it was made.', from: ['refund.failure_reason', 'refund.reason'], get: (failure: string | null | undefined, reason: string | null | undefined) => filled(failure) ?? filled(reason) },
    description: { says: 'Text on the refund.', from: 'refund.description', get: filled },
  },
} as const

export const refunded = mapping(refund, 'payment.v1', table)
export const refundedWithCharge = mapping(refundOfCharge, 'payment.v1', table)
