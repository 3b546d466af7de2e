import { modelCard } from '../model-card.ts'

export default modelCard({
  model: 'customer.v1',
  says: 'Customers as each system knows them; joining them is identity resolution, which is declared elsewhere.',
  kind: 'state',
  partitions: 4,
  retention: 'forever',
  totals: {},
  owner: 'Commerce platform',
  steward: 'Customer data',
})
