import { kind, source } from '../../../../canonical/source.ts'
import contract from './contract.ts'
import order from './order.ts'
import rules from './rules.ts'

export default source({
  kinds: [kind(contract, {
    filters: { draft: { says: 'A cart that the shop keeps as a draft; nobody has ordered yet.', from: 'status', get: (status) => status === 'checkout-draft' || status === 'auto-draft' } },
    gives: [order],
  })],
  rules,
})
