import { sourceCard } from '../../../../canonical/card.ts'

export default sourceCard({
  name: 'woocommerce-orders',
  says: 'Orders of the WooCommerce shop, as its webhooks send them.',
  system: 'WooCommerce REST API v3, webhooks order.*',
  topic: 'source.woocommerce.orders',
  partitions: 4,
  owner: 'Commerce platform',
  steward: 'Head of online sales',
  onCall: '#commerce-oncall',
  tolerance: 'PT15M',
  cadence: 'PT6H',
  version: 'updated_at',
  runbook: 'services/translator/sources/woocommerce-orders/README.md',
  review: '2027-05-31',
})
