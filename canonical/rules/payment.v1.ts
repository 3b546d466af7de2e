import { rules } from '../rules.ts'

export default rules('payment.v1', {
  'payment-amount': { says: 'An amount is never negative: the direction says which way it went.', broken: 'reject', rule: 'range', field: 'amount', min: '0' },
  'payment-currency': { says: 'The currency of a payment is a code of three capital letters.', broken: 'reject', rule: 'pattern', field: 'currency', matches: /^[A-Z]{3}$/ },
  'payment-refund-out': { says: 'Money of a refund goes out or does not move.', broken: 'reject', rule: 'one-of', field: 'direction', values: ['OUT', 'NONE'], where: { kind: 'REFUND' } },
  'payment-refund-of': { says: 'A refund names the charge that it gives back.', broken: 'warn', rule: 'required', field: 'parent', where: { kind: 'REFUND' } },
})
