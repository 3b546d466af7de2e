import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'shopify-orders',
  says: 'Orders of the Shopify shop and the customers who placed them, as its webhooks send them.',
  system: 'Shopify Admin API, webhooks orders/*',
  topic: 'source.shopify.orders',
  partitions: 4,
  owner: 'Commerce platform',
  steward: 'Head of online sales',
  onCall: '#commerce-oncall',
  tolerance: 'PT5M',
  cadence: 'PT1H',
  version: 'updated_at',
  runbook: 'services/translator/sources/shopify-orders/README.md',
  review: '2027-05-31',
})
