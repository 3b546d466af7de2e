import { kind, source } from '../../../../canonical/source.ts'
import contract from './contract.ts'
import customer from './customer.ts'
import order from './order.ts'
import rules from './rules.ts'

export default source({ kinds: [kind(contract, { gives: [order, customer] })], rules })
