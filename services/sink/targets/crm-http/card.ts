import { targetCard } from '../../../../canonical/card.ts'

export default targetCard({
  name: 'crm-http',
  says: 'Customers and orders in the CRM, so that whoever answers the telephone sees both.',
  kind: 'api',
  models: ['customer.v1', 'order.v1'],
  keyLifetime: 'P365D',
  limits: { atOnce: 8 },
  owner: 'Customer care',
  steward: 'Customer data',
  onCall: 'crm@tributary.example',
  tolerance: 'PT15M',
  runbook: 'services/sink/targets/crm-http/README.md',
  review: '2027-06-30',
})
