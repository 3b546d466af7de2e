import { mapping } from '../../../../canonical/mapping.ts'
import { absent, filled, oneOf, text } from '../../../../canonical/meanings.ts'
import { seconds } from '../../../../canonical/micros.ts'
import { amountOf, currencyOf } from './amount.ts'
import { dispute } from './contract.ts'
import { chargeEntity, entityOf } from './entity.ts'

/** An inquiry (`warning_…`) takes no money; a dispute takes it when it is opened, and gives it back when it is won. */
const direction = oneOf({ needs_response: 'OUT', under_review: 'OUT', lost: 'OUT', won: 'OUT', warning_needs_response: 'NONE', warning_under_review: 'NONE', warning_closed: 'NONE', prevented: 'NONE' })
const state = oneOf({ needs_response: 'PENDING', under_review: 'PENDING', lost: 'SUCCEEDED', won: 'CANCELLED', warning_needs_response: 'PENDING', warning_under_review: 'PENDING', warning_closed: 'CANCELLED', prevented: 'CANCELLED' })

export const disputed = mapping(dispute, 'payment.v1', {
  entity:  { says: 'Stripe\'s dispute id.', from: 'data.object.id', get: (id) => entityOf(id) },
  version: { says: 'When Stripe made the event.', from: 'created', get: seconds },
  fields: {
    id:        { says: 'Stripe\'s dispute id.', from: 'data.object.id', get: text },
    kind:      { says: 'A dispute.', from: [], get: () => 'DISPUTE' },
    direction: { says: 'OUT; NONE for an inquiry, which takes no money, and a dispute that was prevented.', from: 'data.object.status', get: direction },
    state:     { says: 'PENDING while it is open, SUCCEEDED when it is lost (the money is gone), CANCELLED when it is won, closed or prevented.', from: 'data.object.status', get: state },
    amount:    { says: 'What is disputed, from whole numbers of the smallest unit.', from: ['data.object.amount', 'data.object.currency'], get: amountOf },
    currency:  { says: 'ISO 4217 code.', from: 'data.object.currency', get: currencyOf },
    madeAt:    { says: 'When it was opened.', from: 'data.object.created', get: seconds },
    customer:  { says: 'A dispute does not name its customer; its parent does.', from: [], get: absent },
    order:     { says: 'Order number, where it was written to `metadata.order_id`.', from: 'data.object.metadata.order_id', get: filled },
    parent:    { says: 'The charge that is disputed.', from: 'data.object.charge', get: chargeEntity },
    method:    { says: 'Means of payment of the charge, in Stripe\'s words.', from: 'data.object.payment_method_details.type', get: filled },
    reason:    { says: 'Why, in Stripe\'s words: fraudulent, duplicate, …', from: 'data.object.reason', get: filled },
    description: { says: 'A dispute has none.', from: [], get: absent },
  },
})
