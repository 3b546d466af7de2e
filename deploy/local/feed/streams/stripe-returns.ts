import type { Draft, Sum } from '../draft.ts'
import { stripeCharge, stripeDispute, stripeRefund, type Charge, type Dispute, type Refund } from '../payloads/stripe-events.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import type { Desk, Held } from './stripe-desk.ts'

/** Money that goes out again: refunds, and disputes that are lost. Neither names the customer. */
export function stripeReturns(world: World, desk: Desk) {
  const { random, clock } = world
  const refunds = makePool<Held<Refund>>(random, 100), disputes = makePool<Held<Dispute>>(random, 100)
  return { giveBack, dispute, goOn }

  /** Stripe sends the refund and, right after it, the charge that it belongs to. */
  function giveBack(charge: Charge, minor: number, soon: (() => Draft)[]): Draft | undefined {
    const amount = Math.min(minor, charge.captured) - charge.refunded
    if (amount <= 0) return undefined
    const held = desk.held('payment.v1', { id: desk.id('re'), charge, amount, created: clock.now(), status: random.chance(0.3) ? 'pending' : 'succeeded' } satisfies Refund as Refund)
    charge.refunded += amount
    if (held.it.status === 'pending') refunds.add(held)
    soon.push(() => (random.chance(0.3)
      ? desk.event('charge.refunded', charge.id, stripeCharge(charge, [held.it]), desk.given(held, out(held.it.status === 'succeeded', charge, amount)))
      : desk.filtered('charge.refunded', charge.id, stripeCharge(charge), 'refunds-come-alone')))
    return refundEvent('refund.created', held)
  }

  function goOn(): Draft | undefined {
    const refund = random.chance(0.5) ? refunds.any() : undefined
    if (refund !== undefined) return refundEnds(refund)
    const held = disputes.any()
    return held && disputeGoesOn(held)
  }

  // Refunds come through two keys, so two partitions: no two of their states may share a second.
  function refundEnds(held: Held<Refund>): Draft {
    refunds.remove(held)
    desk.changed(held, 0)
    held.it.status = random.chance(0.9) ? 'succeeded' : 'failed'
    return refundEvent(held.it.status === 'failed' ? 'refund.failed' : 'charge.refund.updated', held)
  }

  function dispute(charge: Charge): Draft | undefined {
    if (charge.disputed) return undefined
    charge.disputed = true
    const held = desk.held('payment.v1', { id: desk.id('dp'), charge, amount: charge.amount, created: clock.now(), status: 'needs_response' } satisfies Dispute as Dispute)
    disputes.add(held)
    return disputeEvent('charge.dispute.created', held)
  }

  function disputeGoesOn(held: Held<Dispute>): Draft {
    // Both open states are the same to the model: in one second they would be one state.
    desk.changed(held, held.it.status === 'needs_response' ? 0 : undefined)
    if (held.it.status === 'needs_response') { held.it.status = 'under_review'; return disputeEvent('charge.dispute.updated', held, () => disputeGoesOn(held)) }
    disputes.remove(held)
    held.it.status = random.chance(0.5) ? 'won' : 'lost'
    return disputeEvent('charge.dispute.closed', held)
  }

  function refundEvent(type: string, held: Held<Refund>): Draft {
    return desk.event(type, held.it.id, stripeRefund(held.it), desk.given(held, out(held.it.status === 'succeeded', held.it.charge, held.it.amount)))
  }
  function disputeEvent(type: string, held: Held<Dispute>, again: Draft['again'] = null): Draft {
    return desk.event(type, held.it.id, stripeDispute(held.it), desk.given(held, out(held.it.status === 'lost', held.it.charge, held.it.amount)), again)
  }
}

const out = (gone: boolean, { currency }: Charge, minor: number): readonly Sum[] => (gone ? [{ name: 'OUT', currency, minor, customer: null }] : [])
