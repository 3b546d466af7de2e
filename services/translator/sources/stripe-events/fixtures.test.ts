import { describe, expect, test } from 'vitest'
import { haveFixture } from '../../../../canonical/fixtures.ts'
import { fixturesTest, inALine, read } from '../fixture-outcomes.ts'
import source from './mapping.ts'

const filtered: Record<string, string> = {
  'own-account': 'account.application.deauthorized account.external_account.created account.external_account.deleted account.external_account.updated account.updated balance.available',
  'charge-annotated': 'charge.updated',
  'price-list': 'coupon.created coupon.deleted customer.discount.created customer.discount.deleted customer.discount.updated plan.created plan.deleted plan.updated price.created price.deleted price.updated tax_rate.created tax_rate.updated',
  'means-of-payment': 'customer.source.created customer.source.deleted customer.source.updated payment_method.attached payment_method.detached',
  billing: 'customer.subscription.created customer.subscription.deleted customer.subscription.trial_will_end customer.subscription.updated invoice.created invoice.finalized invoice.paid invoice.payment_action_required invoice.payment_failed invoice.payment_succeeded invoice.updated invoiceitem.created invoiceitem.deleted invoiceitem.updated',
  'step-of-payment': 'payment_link.created payment_link.updated setup_intent.canceled setup_intent.created setup_intent.setup_failed setup_intent.succeeded',
}

describe('webhook events', () => fixturesTest('stripe/webhook-events', source, {
  'charge.captured.json': ['payment.v1 stripe:ch_000000000000000000000000:capture'],
  'charge.failed.json': ['payment.v1 stripe:ch_000000000000000000000000:charge'],
  'charge.refund.updated.json': ['payment.v1 stripe:re_000000000000000000000000'],
  'charge.refunded.json': ['payment.v1 stripe:re_000000000000000000000000'],
  'charge.succeeded.json': ['payment.v1 stripe:ch_000000000000000000000000:charge'],
  'customer.created.json': ['customer.v1 stripe:cus_00000000000000'],
  'customer.updated.json': ['customer.v1 stripe:cus_00000000000000'],
  'product.created.json': ['product.v1 stripe:prod_00000000000000'],
  'product.deleted.json': ['deletes product.v1 stripe:prod_00000000000000'],
  'product.updated.json': ['product.v1 stripe:prod_00000000000000'],
  ...Object.fromEntries(Object.entries(filtered).flatMap(([reason, events]) => events.split(' ').map((event) => [`${event}.json`, [`filtered ${reason}`]]))),
}, (event) => [event]))

// The file holds objects: those that the models speak of are put into the event that would carry them.
const file = 'stripe/openapi_fixtures/fixtures3.2024-04-12.json'
describe.skipIf(!haveFixture(file))('objects of Stripe\'s OpenAPI fixtures (skipped where the fixtures are absent)', () => {
  const { resources } = haveFixture(file) ? read(file) as { resources: Record<string, unknown> } : { resources: {} }
  test.each([
    ['charge', 'charge.succeeded', 'payment.v1 stripe:ch_1OPoueJN5vQBdWEx5AWizjSY:charge'],
    ['refund', 'refund.created', 'payment.v1 stripe:re_1OPoujJN5vQBdWExUGBANu1j'],
    ['dispute', 'charge.dispute.created', 'payment.v1 stripe:dp_1OPoujJN5vQBdWExZXzZC5oN'],
    ['customer', 'customer.created', 'customer.v1 stripe:cus_PEHTtYpY7elppN'],
    ['deleted_customer', 'customer.deleted', 'deletes customer.v1 stripe:cus_PEHTtYpY7elppN'],
    ['product', 'product.created', 'product.v1 stripe:prod_PEHTfnvdJH6K0k'],
    ['deleted_product', 'product.deleted', 'deletes product.v1 stripe:prod_PEHTfnvdJH6K0k'],
    ['payment_intent', 'payment_intent.created', 'filtered step-of-payment'],
    ['invoice', 'invoice.created', 'filtered billing'],
    ['subscription', 'customer.subscription.created', 'filtered billing'],
    ['payment_method', 'payment_method.attached', 'filtered means-of-payment'],
    ['price', 'price.created', 'filtered price-list'],
    ['payout', 'payout.created', 'filtered own-account'],
    ['treasury.transaction', 'treasury.transaction.created', 'filtered not-in-the-model'],
  ])('%s in %s', (name, type, outcome) => {
    expect(resources[name]).toBeDefined()
    expect(inALine(source, { id: 'evt_1', object: 'event', created: 1718736072, livemode: false, type, data: { object: resources[name] } })).toBe(outcome)
  })
  test('its own event', () => expect(inALine(source, resources['event'])).toBe('filtered price-list'))
})
