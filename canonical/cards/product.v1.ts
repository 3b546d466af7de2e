import { modelCard } from '../model-card.ts'

export default modelCard({
  model: 'product.v1',
  says: 'Articles with their variants and prices.',
  kind: 'state',
  partitions: 4,
  retention: 'forever',
  totals: {},
  owner: 'Commerce platform',
  steward: 'Assortment',
})
