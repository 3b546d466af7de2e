import { targetCard } from '../../../canonical/card.ts'

export const targetName = 'bench-orders'
export const benchTarget = ({ history }: { readonly history: boolean }) => targetCard({
  name: targetName,
  says: 'The table of orders that all contestants fill.',
  kind: 'database',
  models: ['order.v1'],
  history,
  owner: 'Benchmarks',
  steward: 'Benchmarks',
  onCall: 'benchmarks@tributary.example',
  tolerance: 'PT5M',
  runbook: 'test/bench/README.md',
  review: '2027-05-31',
})
