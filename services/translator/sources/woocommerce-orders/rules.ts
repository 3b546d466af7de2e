import { rules } from '../../../../canonical/rules.ts'

export default [
  rules('order.v1', {
    'woocommerce-total': {
      says: 'The total is lines, shipping and all taxes: WooCommerce states amounts without tax, whatever its prices include.', broken: 'warn',
      rule: 'total', field: 'totals.total', sum: ['totals.subtotal', 'totals.shipping', 'totals.tax'], rounding: { each: 'document', how: 'half-up', places: { of: 'currency' } },
    },
  }),
]
