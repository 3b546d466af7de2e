import { rules } from '../rules.ts'

export default rules('order.v1', {
  'order-currency': { says: 'The currency of an order is a code of three capital letters.', broken: 'reject', rule: 'pattern', field: 'currency', matches: /^[A-Z]{3}$/ },
  'order-quantity': { says: 'An order line is for no less than nothing and for fewer than a million pieces.', broken: 'reject', rule: 'range', field: 'lines[].quantity', min: '0', below: '1000000' },
  'order-has-lines': { says: 'An order that is under way has at least one line.', broken: 'warn', rule: 'required', field: 'lines', where: { status: 'OPEN', test: false } },
  'order-subtotal': {
    says: 'The subtotal is what the lines come to after their discounts, each line rounded to the currency.', broken: 'warn',
    rule: 'total', field: 'totals.subtotal', sum: [{ each: 'lines', plus: [['quantity', 'unitPrice']], minus: ['discount'] }], rounding: { each: 'line', how: 'half-up', places: { of: 'currency' } },
  },
  'order-closed-after-placed': { says: 'An order is not closed before it was placed.', broken: 'warn', rule: 'custom', fields: ['closedAt', 'placedAt'], holds: ({ closedAt, placedAt }) => closedAt === null || closedAt >= placedAt },
})
