import { rules } from '../../../../canonical/rules.ts'

const cents = { each: 'document', how: 'half-up', places: { of: 'currency' } } as const

export default [
  rules('order.v1', {
    'shopify-total-with-tax': {
      says: 'Where prices include tax, the total is subtotal and shipping.', broken: 'warn', where: { pricesIncludeTax: true },
      rule: 'total', field: 'totals.total', sum: ['totals.subtotal', 'totals.shipping'], rounding: cents,
    },
    'shopify-total-without-tax': {
      says: 'Where prices do not include tax, the total is subtotal, shipping and tax.', broken: 'warn', where: { pricesIncludeTax: false },
      rule: 'total', field: 'totals.total', sum: ['totals.subtotal', 'totals.shipping', 'totals.tax'], rounding: cents,
    },
    'shopify-cancelled-why': { says: 'Who cancels an order in the shop says why.', broken: 'warn', rule: 'required', field: 'cancelReason', where: { status: 'CANCELLED' } },
  }),
]
