import type { Currency } from '../money.ts'

export interface Charge {
  readonly id: string; readonly order: number; readonly customer: string | null; readonly amount: number; readonly currency: Currency; readonly created: number
  status: 'succeeded' | 'pending' | 'failed'; captured: number; refunded: number; disputed: boolean; description: string | null
}
export interface Refund { readonly id: string; readonly charge: Charge; readonly amount: number; readonly created: number; status: 'pending' | 'succeeded' | 'failed' }
export interface Dispute { readonly id: string; readonly charge: Charge; readonly amount: number; readonly created: number; status: 'needs_response' | 'under_review' | 'won' | 'lost' }
export interface Account { readonly id: string; readonly name: string; readonly email: string; readonly phone: string | null; readonly currency: Currency; readonly created: number; description: string | null }
export interface Item { readonly id: string; name: string; description: string | null; active: boolean; readonly created: number; updated: number }

/** A webhook event of Stripe's API 2024-04-10. */
export const stripeEvent = (id: string, type: string, created: number, object: object, previous?: object): object => ({
  id, object: 'event', api_version: '2024-04-10', created, data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
  livemode: true, pending_webhooks: 1, request: { id: null, idempotency_key: null }, type,
})

/** Before API version 2022-11-15 a charge carried its refunds. */
export const stripeCharge = (it: Charge, refunds?: readonly Refund[]): object => ({
  id: it.id, object: 'charge', amount: it.amount, amount_captured: it.captured, amount_refunded: it.refunded, application_fee_amount: null, balance_transaction: it.captured > 0 ? `txn_${it.id.slice(3)}` : null,
  billing_details: { address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }, email: null, name: null, phone: null },
  captured: it.captured > 0, created: it.created, currency: it.currency.toLowerCase(), customer: it.customer, description: it.description, disputed: it.disputed,
  failure_code: it.status === 'failed' ? 'card_declined' : null, failure_message: it.status === 'failed' ? 'Your card was declined.' : null, invoice: null, livemode: true,
  metadata: { order_id: String(it.order) }, outcome: { network_status: it.status === 'failed' ? 'declined_by_network' : 'approved_by_network', reason: null, risk_level: 'normal', risk_score: 12, type: it.status === 'failed' ? 'issuer_declined' : 'authorized' },
  paid: it.status === 'succeeded', payment_intent: `pi_${it.id.slice(3)}`, payment_method: `pm_${it.id.slice(3)}`, payment_method_details: { card: { brand: 'visa', country: 'US', exp_month: 3, exp_year: 2030, last4: '4242' }, type: 'card' },
  receipt_email: null, refunded: it.refunded > 0 && it.refunded === it.captured, status: it.status,
  ...(refunds === undefined ? {} : { refunds: { object: 'list', data: refunds.map(stripeRefund), has_more: false, total_count: refunds.length, url: `/v1/charges/${it.id}/refunds` } }),
})

export const stripeRefund = (it: Refund): object => ({
  id: it.id, object: 'refund', amount: it.amount, balance_transaction: null, charge: it.charge.id, created: it.created, currency: it.charge.currency.toLowerCase(),
  metadata: { order_id: String(it.charge.order) }, payment_intent: `pi_${it.charge.id.slice(3)}`, reason: 'requested_by_customer', receipt_number: null, status: it.status,
})

export const stripeDispute = (it: Dispute): object => ({
  id: it.id, object: 'dispute', amount: it.amount, balance_transactions: [], charge: it.charge.id, created: it.created, currency: it.charge.currency.toLowerCase(), evidence_details: { due_by: it.created + 864_000, has_evidence: false, past_due: false, submission_count: 0 },
  is_charge_refundable: false, livemode: true, metadata: {}, payment_intent: `pi_${it.charge.id.slice(3)}`, reason: 'fraudulent', status: it.status,
})

export const stripeCustomer = (it: Account): object => ({
  id: it.id, object: 'customer', address: null, balance: 0, created: it.created, currency: it.currency.toLowerCase(), default_source: null, delinquent: false, description: it.description, discount: null, email: it.email,
  invoice_prefix: it.id.slice(-8), livemode: true, metadata: {}, name: it.name, phone: it.phone, preferred_locales: [], shipping: null, tax_exempt: 'none',
})

export const stripeProduct = (it: Item): object => ({
  id: it.id, object: 'product', active: it.active, attributes: [], created: it.created, default_price: null, description: it.description, images: [], livemode: true, metadata: {}, name: it.name,
  package_dimensions: null, shippable: null, statement_descriptor: null, tax_code: null, type: 'good', unit_label: null, updated: it.updated, url: null,
})
