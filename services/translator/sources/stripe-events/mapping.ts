import { kind, source } from '../../../../canonical/source.ts'
import { charged, captured } from './charge.ts'
import * as contract from './contract.ts'
import { buyer } from './customer.ts'
import { disputed } from './dispute.ts'
import { filtered } from './filtered.ts'
import { article } from './product.ts'
import { refunded, refundedWithCharge } from './refund.ts'
import rules from './rules.ts'

// Kinds are listed, never matched by prefix: `charge.refund.updated` carries a refund, `customer.discount.created` a discount.
export default source({
  kind: 'type',
  kinds: [
    kind(contract.charge, { is: ['charge.succeeded', 'charge.pending', 'charge.failed', 'charge.expired'], gives: [charged] }),
    kind(contract.charge, { is: ['charge.captured'], gives: [captured] }),
    kind(contract.charge, {
      is: ['charge.refunded'],
      filters: {
        'authorization-released': { says: 'Nothing was captured, so no money comes back: an authorization was let go.', from: 'data.object.captured', get: (captured) => !captured },
        'refunds-come-alone': { says: 'Since API version 2022-11-15 a charge does not carry its refunds; they come as events of their own.', from: 'data.object.refunds.data', get: (refunds) => refunds === undefined || refunds.length === 0 },
      },
      gives: [refundedWithCharge],
    }),
    kind(contract.refund, { is: ['charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed'], gives: [refunded] }),
    kind(contract.dispute, { is: ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated', 'charge.dispute.closed'], gives: [disputed] }),
    kind(contract.customer, { is: ['customer.created', 'customer.updated', 'customer.deleted'], gives: [buyer] }),
    kind(contract.product, { is: ['product.created', 'product.updated', 'product.deleted'], gives: [article] }),
  ],
  filtered,
  others: { filtered: 'not-in-the-model', says: 'Stripe knows more than 240 kinds of events and adds new ones; the models speak of charges, refunds, disputes, customers and products.' },
  rules,
})
