import { targetCard } from '../../../../canonical/card.ts'

export default targetCard({
  name: 'warehouse-postgres',
  says: 'Relational tables for reporting: orders, customers, products, payments and stock as they are now.',
  kind: 'database',
  models: ['order.v1', 'customer.v1', 'product.v1', 'payment.v1', 'stock-level.v1'],
  owner: 'Data platform',
  steward: 'Reporting',
  onCall: 'data-platform@tributary.example',
  tolerance: 'PT5M',
  runbook: 'services/sink/targets/warehouse-postgres/README.md',
  review: '2027-06-30',
})
