import { modelCard } from '../model-card.ts'

export default modelCard({
  model: 'stock-level.v1',
  says: 'How much of an article lies in one place.',
  kind: 'state',
  partitions: 4,
  retention: 'forever',
  totals: {
    onHand: { says: 'Pieces that are there, all articles and places together.', sum: 'onHand', per: [] },
  },
  owner: 'Warehouse',
  steward: 'Inventory control',
})
