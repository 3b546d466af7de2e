import { modelCard } from '../model-card.ts'

export default modelCard({
  model: 'payment.v1',
  says: 'Movements of money: charges, captures, refunds and disputes, each an entity of its own.',
  kind: 'strict',
  partitions: 4,
  retention: 'forever',
  totals: {
    amount: { says: 'Money that moved, by direction and currency.', sum: 'amount', per: ['direction', 'currency'] },
  },
  owner: 'Payments',
  steward: 'Finance',
})
