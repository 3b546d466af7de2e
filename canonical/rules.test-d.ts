// What must not compile. `tsc` is the test: an unused @ts-expect-error fails it.
import type { Models } from './models.generated.ts'
import { rules, targetRules, type FieldAt, type FieldPath } from './rules.ts'
import { source } from './source.ts'

type Order = Models['order.v1']
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(): T => true as T
holds<Same<FieldAt<Order, 'lines[].taxes[].amount'>, Order['lines'][number]['taxes'][number]['amount']>>()
holds<Same<FieldAt<Order, 'totals.subtotal'>, Order['totals']['subtotal']>>()
holds<Same<Extract<FieldPath<Order>, 'tags' | 'tags[]' | 'shippingAddress.city' | 'lines[].sku'>, 'tags' | 'tags[]' | 'shippingAddress.city' | 'lines[].sku'>>()

const it = { says: 'A sentence.', broken: 'warn' } as const
const cents = { each: 'document', how: 'half-up', places: { of: 'currency' } } as const
rules('order.v1', {
  a1: { ...it, rule: 'required', field: 'shippingAddress.city', where: { status: ['OPEN', 'COMPLETED'], 'totals.shipping': null } },
  a2: { ...it, rule: 'range', field: 'lines[].quantity', above: '0' },
  a3: { ...it, rule: 'range', field: 'placedAt', min: 0 },
  a4: { ...it, rule: 'one-of', field: 'paymentStatus', values: ['PAID'] },
  a5: { ...it, rule: 'total', field: 'totals.tax', sum: [{ each: 'taxes', plus: ['amount'] }], rounding: cents },
  a6: { ...it, rule: 'custom', fields: ['note', 'lines[].sku'], holds: (order) => order.note !== order.email },
})
// @ts-expect-error an unknown model
rules('orders.v1', {})
rules('order.v1', {
  // @ts-expect-error a field that the model lacks
  b1: { ...it, rule: 'required', field: 'totals.sum' },
  // @ts-expect-error a list has to be opened
  b2: { ...it, rule: 'range', field: 'lines.quantity', min: '0' },
  // @ts-expect-error a text has no bounds
  b3: { ...it, rule: 'range', field: 'number', min: '0' },
  // @ts-expect-error an amount is compared with a decimal, not with a float
  b4: { ...it, rule: 'range', field: 'totals.total', min: 0.1 },
  // @ts-expect-error an amount is no text
  b5: { ...it, rule: 'pattern', field: 'totals.total', matches: /1/ },
  // @ts-expect-error a status that the model does not know
  b6: { ...it, rule: 'one-of', field: 'status', values: ['OPENED'] },
  // @ts-expect-error a rule without its sentence
  b7: { broken: 'warn', rule: 'required', field: 'note' },
  // @ts-expect-error neither reject nor warn
  b8: { says: 'A sentence.', broken: 'log', rule: 'required', field: 'note' },
  // @ts-expect-error a condition on a field that the model lacks
  b9: { ...it, rule: 'required', field: 'note', where: { state: 'OPEN' } },
  // @ts-expect-error a condition on a value that the field cannot have
  c1: { ...it, rule: 'required', field: 'note', where: { status: 'OPENED' } },
  // @ts-expect-error a part that is no amount
  c2: { ...it, rule: 'total', field: 'totals.total', sum: ['number'], rounding: cents },
  // @ts-expect-error a misspelt field of the lines
  c3: { ...it, rule: 'total', field: 'totals.subtotal', sum: [{ each: 'lines', plus: [['quantity', 'price']] }], rounding: cents },
  // @ts-expect-error a total says how it is rounded
  c4: { ...it, rule: 'total', field: 'totals.total', sum: ['totals.tax'] },
  // @ts-expect-error no such field on the record
  c5: { ...it, rule: 'custom', fields: ['note'], holds: (order) => order.notes === null },
  // @ts-expect-error no such field to name
  c6: { ...it, rule: 'custom', fields: ['notes'], holds: () => true },
})

// Only a target holds all records: what has to be unique is a rule of nobody else.
const once = targetRules('order.v1', { u1: { ...it, broken: 'reject', rule: 'unique', fields: ['meta.source', 'number'] }, a1: { ...it, rule: 'required', field: 'number' } })
// @ts-expect-error not a rule of a source or a model
rules('order.v1', { u2: { ...it, broken: 'reject', rule: 'unique', fields: ['number'] } })
// A constraint refuses; where nobody is to be refused, the audit looks for it.
targetRules('order.v1', { u3: { ...it, broken: 'warn', rule: 'unique', fields: ['number'] } })
// @ts-expect-error no such field
targetRules('order.v1', { u4: { ...it, broken: 'reject', rule: 'unique', fields: ['numbr'] } })
// @ts-expect-error one value for each entity, not one of a list
targetRules('order.v1', { u5: { ...it, broken: 'reject', rule: 'unique', fields: ['lines[].sku'] } })
// @ts-expect-error rules of a target given to a source
export const wrong = () => source({ kinds: [], rules: [once] })
