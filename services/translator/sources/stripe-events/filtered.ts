/** Kinds of events that carry nothing for the models, by reason. What stands nowhere is filtered as `not-in-the-model`. */
export const filtered = {
  'charge-annotated': {
    says: 'charge.updated changes texts on a charge and moves no money. It cannot tell a charge that was captured at once from one captured later, so it could count money twice.',
    is: ['charge.updated'],
  },
  'step-of-payment': {
    says: 'A step towards a charge; the charge itself follows as an event of its own.',
    is: [
      'checkout.session.completed', 'checkout.session.expired', 'checkout.session.async_payment_failed', 'checkout.session.async_payment_succeeded',
      'payment_intent.created', 'payment_intent.processing', 'payment_intent.requires_action', 'payment_intent.amount_capturable_updated', 'payment_intent.partially_funded',
      'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled', 'setup_intent.created', 'setup_intent.requires_action', 'setup_intent.succeeded',
      'setup_intent.setup_failed', 'setup_intent.canceled', 'payment_link.created', 'payment_link.updated',
    ],
  },
  'means-of-payment': {
    says: 'Cards and accounts of a customer; the models hold none.',
    is: [
      'payment_method.attached', 'payment_method.detached', 'payment_method.updated', 'payment_method.automatically_updated', 'mandate.updated',
      'customer.source.created', 'customer.source.updated', 'customer.source.deleted', 'customer.source.expiring',
    ],
  },
  billing: {
    says: 'Invoices, subscriptions and quotes: claims to money; what is paid of them comes as a charge.',
    is: [
      'invoice.created', 'invoice.updated', 'invoice.deleted', 'invoice.finalized', 'invoice.finalization_failed', 'invoice.sent', 'invoice.upcoming', 'invoice.paid',
      'invoice.payment_action_required', 'invoice.payment_failed', 'invoice.payment_succeeded', 'invoice.marked_uncollectible', 'invoice.voided',
      'invoiceitem.created', 'invoiceitem.updated', 'invoiceitem.deleted', 'credit_note.created', 'credit_note.updated', 'credit_note.voided',
      'customer.subscription.created', 'customer.subscription.updated', 'customer.subscription.deleted', 'customer.subscription.paused', 'customer.subscription.resumed', 'customer.subscription.trial_will_end',
      'subscription_schedule.created', 'subscription_schedule.updated', 'subscription_schedule.canceled', 'subscription_schedule.released', 'subscription_schedule.completed',
      'quote.created', 'quote.finalized', 'quote.accepted', 'quote.canceled',
    ],
  },
  'price-list': {
    says: 'Prices, discounts and tax rates apart from their product; product.v1 holds whole products only.',
    is: [
      'price.created', 'price.updated', 'price.deleted', 'plan.created', 'plan.updated', 'plan.deleted', 'coupon.created', 'coupon.updated', 'coupon.deleted',
      'promotion_code.created', 'promotion_code.updated', 'customer.discount.created', 'customer.discount.updated', 'customer.discount.deleted', 'tax_rate.created', 'tax_rate.updated',
    ],
  },
  'own-account': {
    says: 'The seller\'s own account and what Stripe pays out to it; no movement between buyer and seller.',
    is: [
      'account.updated', 'account.application.authorized', 'account.application.deauthorized', 'account.external_account.created', 'account.external_account.updated', 'account.external_account.deleted',
      'balance.available', 'payout.created', 'payout.updated', 'payout.paid', 'payout.failed', 'payout.canceled', 'transfer.created', 'transfer.updated', 'transfer.reversed', 'transfer.paid', 'transfer.failed',
      'topup.created', 'topup.succeeded', 'topup.failed', 'application_fee.created', 'application_fee.refunded',
    ],
  },
} as const
