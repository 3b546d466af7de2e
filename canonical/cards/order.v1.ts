import { modelCard } from '../model-card.ts'

export default modelCard({
  model: 'order.v1',
  says: 'Orders of all selling systems, one record for each state of an order.',
  kind: 'state',
  partitions: 4,
  retention: 'forever',
  totals: {
    total: { says: 'What buyers pay, by currency.', sum: 'totals.total', per: ['currency'] },
    tax: { says: 'Taxes, by currency.', sum: 'totals.tax', per: ['currency'] },
  },
  owner: 'Commerce platform',
  steward: 'Order management',
})
