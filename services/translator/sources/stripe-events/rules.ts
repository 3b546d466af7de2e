import { rules } from '../../../../canonical/rules.ts'

export default [
  rules('payment.v1', {
    'stripe-capture-of': { says: 'A capture names the charge that it belongs to.', broken: 'reject', rule: 'required', field: 'parent', where: { kind: 'CAPTURE' } },
    'stripe-failure-why': { says: 'A charge that failed says why.', broken: 'warn', rule: 'required', field: 'reason', where: { kind: 'CHARGE', state: 'FAILED' } },
  }),
]
