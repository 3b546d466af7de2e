import { decimal } from '../../canonical/decimal.ts'
import { effectKey, hash64 } from '../../canonical/key.ts'
import { micros } from '../../canonical/micros.ts'
import type { Customer, Models, ModelName, Order, Payment } from '../../canonical/models.generated.ts'
import type { Delivery } from './targets/target.ts'

/** Canonical records as targets get them, for the suite of promises. */
export function delivery<M extends ModelName>(model: M, it: { id: string; version: number; revision?: number; content: Models[M] | null; offset?: number; partition?: number }): Delivery {
  const entity = `sample:${it.id}`, revision = it.revision ?? 0
  const key = effectKey({ model, entity, version: it.version, revision, hash: hash64(it.content === null ? '' : JSON.stringify(it.content)) })
  return { model, content: it.content, meta: {
    effectKey: key, source: 'sample', entity, version: it.version, revision, occurredAt: micros('2026-03-01T12:00:00.000001Z'),
    origin: { topic: 'source.sample', partition: it.partition ?? 0, offset: it.offset ?? it.version },
  } }
}

const at = micros('2026-03-01T12:00:00.123456Z')
export const order = (id: string, total: string, lines = 1): Order => ({
  id, number: `#${id}`, status: 'OPEN', paymentStatus: 'PENDING', fulfillmentStatus: null, placedAt: at, updatedAt: at, closedAt: null, cancelledAt: null, cancelReason: null,
  channel: 'web', test: false, currency: 'EUR', pricesIncludeTax: true, customer: 'sample:c1', email: 'a@example.com', phone: null,
  billingAddress: { firstName: 'Ada', lastName: 'Łovelace', company: null, line1: '1 Road', line2: null, city: 'Köln', region: null, postalCode: '50667', country: 'DE', phone: null },
  shippingAddress: null,
  lines: Array.from({ length: lines }, (_, n) => ({ id: `${id}-${n}`, product: null, variant: null, sku: `SKU-${n}`, title: 'A "quoted"\ttitle\\', quantity: decimal('1'), unitPrice: decimal(total), discount: decimal('0'), total: null,
    taxes: [{ title: 'VAT', rate: decimal('0.19'), amount: decimal('0.1') }], shippable: true })),
  discounts: [], taxes: [{ title: 'VAT', rate: decimal('0.19'), amount: decimal('0.1') }], shipping: [{ title: 'Post', code: null, price: decimal('4.9') }],
  totals: { subtotal: null, discount: decimal('0'), shipping: decimal('4.9'), tax: decimal('0.1'), total: decimal(total) }, note: null, tags: ['a,b', '{"c"}'],
})

export const customer = (id: string, name: string): Customer => ({
  id, email: `${id}@example.com`, emailVerified: true, phone: null, firstName: name, lastName: 'Sample', fullName: null, company: null, status: 'ACTIVE', acceptsMarketing: false,
  taxExempt: null, currency: 'EUR', createdAt: at, address: null, note: null, tags: [],
})

export const payment = (id: string, amount: string, state: Payment['state'], direction: Payment['direction'] = 'IN', of: string | null = 'sample:c1'): Payment => ({
  id, kind: direction === 'OUT' ? 'REFUND' : 'CHARGE', direction, state, amount: decimal(amount), currency: 'EUR', madeAt: at, customer: of, order: null, parent: null, method: 'card', reason: null, description: null,
})
