import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'stripe-events',
  says: 'Movements of money at Stripe (charges, captures, refunds, disputes), its customers and its products, as its webhooks send them.',
  system: 'Stripe, webhook events of one account in one mode',
  topic: 'source.stripe.events',
  partitions: 4,
  owner: 'Payments',
  steward: 'Head of finance operations',
  onCall: '#payments-oncall',
  tolerance: 'PT5M',
  cadence: 'PT1H',
  version: 'updated_at',
  split: ['A refund comes under its own id, and with its charge under that of the charge.'],
  runbook: 'services/translator/sources/stripe-events/README.md',
  review: '2027-05-31',
})
