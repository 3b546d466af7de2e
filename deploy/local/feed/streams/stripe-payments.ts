import type { Draft, Sum } from '../draft.ts'
import type { Order } from '../order.ts'
import { stripeCharge, stripeDispute, stripeRefund, type Charge, type Dispute, type Refund } from '../payloads/stripe-events.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import type { Desk, Held } from './stripe-desk.ts'

/** Movements of money: charges, captures of authorized ones, refunds, disputes. */
export function stripePayments(world: World, desk: Desk) {
  const { random, clock } = world
  const byOrder = new WeakMap<Order, Held<Charge>>()
  const authorized = makePool<Held<Charge>>(random, 200), settled = makePool<Held<Charge>>(random, 200)
  const refunds = makePool<Held<Refund>>(random, 100), disputes = makePool<Held<Dispute>>(random, 100)
  return { charge, giveBack, goOn }

  function charge(order: Order, minor: number, customer: string | null): Draft {
    const luck = random.below(100), failed = luck < 5, later = luck >= 5 && luck < 15
    const held = desk.held('payment.v1', {
      id: desk.id('ch'), order: order.number, customer, amount: minor, currency: order.currency, created: clock.now(), status: failed ? 'failed' : 'succeeded',
      captured: failed || later ? 0 : minor, refunded: 0, disputed: false, description: random.chance(0.3) ? null : `Order ${order.number}`,
    } satisfies Charge as Charge)
    if (later) authorized.add(held)
    else if (!failed) { byOrder.set(order, held); if (random.chance(0.15)) settled.add(held) }
    return chargeEvent(failed ? 'charge.failed' : 'charge.succeeded', held)
  }

  function goOn(): Draft | undefined {
    const luck = random.below(100)
    if (luck < 25) { const held = authorized.any(); if (held) { authorized.remove(held); return capture(held) } }
    if (luck < 45) { const held = refunds.any(); if (held) { refunds.remove(held); return refundEnds(held) } }
    if (luck < 60) { const held = disputes.any(); if (held) return disputeGoesOn(held) }
    const held = settled.any()
    if (held === undefined) return undefined
    if (luck < 70 && !held.it.disputed) return dispute(held)
    return update(held)
  }

  function capture(held: Held<Charge>): Draft {
    desk.changed(held)
    held.it.captured = held.it.amount
    return chargeEvent('charge.captured', held)
  }

  function update(held: Held<Charge>): Draft {
    desk.changed(held)
    held.it.description = `Order ${held.it.order}, note ${held.state}`
    return chargeEvent('charge.updated', held, () => update(held))
  }

  /** The charge says how much of it went back; the refund is a movement of its own. */
  function giveBack(order: Order, minor: number, soon: (() => Draft)[]): Draft | undefined {
    const held = byOrder.get(order)
    if (held === undefined) return undefined
    const amount = Math.min(minor, held.it.captured) - held.it.refunded
    if (amount <= 0) return undefined
    const refund = desk.held('payment.v1', { id: desk.id('re'), charge: held.it, amount, created: clock.now(), status: random.chance(0.3) ? 'pending' : 'succeeded' } satisfies Refund as Refund)
    if (refund.it.status === 'pending') refunds.add(refund)
    soon.push(() => { desk.changed(held); held.it.refunded += amount; return chargeEvent('charge.refunded', held) })
    return refundEvent('refund.created', refund)
  }

  function refundEnds(held: Held<Refund>): Draft {
    desk.changed(held)
    held.it.status = random.chance(0.9) ? 'succeeded' : 'failed'
    return refundEvent('refund.updated', held)
  }

  function dispute(charge: Held<Charge>): Draft {
    charge.it.disputed = true
    const held = desk.held('payment.v1', { id: desk.id('dp'), charge: charge.it, amount: charge.it.amount, created: clock.now(), status: 'needs_response' } satisfies Dispute as Dispute)
    disputes.add(held)
    return disputeEvent('charge.dispute.created', held)
  }

  function disputeGoesOn(held: Held<Dispute>): Draft {
    desk.changed(held)
    if (held.it.status === 'needs_response') { held.it.status = 'under_review'; return disputeEvent('charge.dispute.updated', held, () => disputeGoesOn(held)) }
    disputes.remove(held)
    held.it.status = random.chance(0.5) ? 'won' : 'lost'
    return disputeEvent('charge.dispute.closed', held)
  }

  function chargeEvent(type: string, held: Held<Charge>, again: Draft['again'] = null): Draft {
    const { it } = held
    return desk.event(type, held, stripeCharge(it), it.status === 'succeeded' && it.captured > 0 ? [moved('IN', it, it.captured)] : [], again)
  }
  function refundEvent(type: string, held: Held<Refund>): Draft {
    return desk.event(type, held, stripeRefund(held.it), held.it.status === 'succeeded' ? [moved('OUT', held.it.charge, held.it.amount, null)] : [])
  }
  function disputeEvent(type: string, held: Held<Dispute>, again: Draft['again'] = null): Draft {
    return desk.event(type, held, stripeDispute(held.it), held.it.status === 'lost' ? [moved('OUT', held.it.charge, held.it.amount, null)] : [], again)
  }
}

const moved = (name: 'IN' | 'OUT', charge: Charge, minor: number, customer: string | null = charge.customer): Sum =>
  ({ name, currency: charge.currency, minor, customer: customer === null ? null : `stripe:${customer}` })
