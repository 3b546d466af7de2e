import type { Draft, Sum } from '../draft.ts'
import type { Order } from '../order.ts'
import { stripeCharge, type Charge } from '../payloads/stripe-events.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import type { Desk, Held } from './stripe-desk.ts'

/** Money that comes in: charged at once, after some days, or authorized first and captured later. */
export function stripeCharges(world: World, desk: Desk) {
  const { random, clock } = world
  const authorized = makePool<Held<Charge>>(random, 200), waiting = makePool<Held<Charge>>(random, 200), settled = makePool<Charge>(random, 200)
  const byOrder = new WeakMap<Order, Charge>()
  return { make, goOn, of: (order: Order) => byOrder.get(order), any: () => settled.any() }

  function make(order: Order, minor: number, customer: string | null): Draft {
    const luck = random.below(100)
    const held = desk.held('payment.v1', {
      id: desk.id('ch'), order: order.number, customer, amount: minor, currency: order.currency, created: clock.now(), status: luck < 5 ? 'failed' : luck < 10 ? 'pending' : 'succeeded',
      captured: luck < 5 || luck >= 90 ? 0 : minor, refunded: 0, disputed: false, description: random.chance(0.3) ? null : `Order ${order.number}`,
    } satisfies Charge as Charge, ':charge')
    if (luck < 5) return event('charge.failed', held)
    if (luck < 10) { waiting.add(held); return event('charge.pending', held, () => arrive(held)) }
    if (luck >= 90) authorized.add(held)
    else { byOrder.set(order, held.it); if (random.chance(0.15)) settled.add(held.it) }
    return event('charge.succeeded', held)
  }

  function goOn(): Draft | undefined {
    const luck = random.below(100), charge = settled.any()
    if (luck < 40) { const held = authorized.any(); if (held !== undefined) return luck < 34 ? capture(held) : luck < 37 ? expire(held) : release(held) }
    if (luck < 70) { const held = waiting.any(); if (held !== undefined) return arrive(held) ?? undefined }
    return charge && annotate(charge)
  }

  /** A debit that took days. */
  function arrive(held: Held<Charge>): Draft | null {
    if (held.it.status !== 'pending') return null
    waiting.remove(held)
    desk.changed(held)
    held.it.status = random.chance(0.9) ? 'succeeded' : 'failed'
    if (held.it.status === 'failed') held.it.captured = 0
    return event(held.it.status === 'failed' ? 'charge.failed' : 'charge.succeeded', held)
  }

  /** The capture is a movement of its own; one in five takes less than was authorized. */
  function capture(held: Held<Charge>): Draft {
    authorized.remove(held)
    const { it } = held
    it.captured = random.chance(0.2) ? it.amount - Math.floor(it.amount / 5) : it.amount
    settled.add(it)
    const movement = desk.held('payment.v1', it, ':capture')
    return desk.event('charge.captured', it.id, stripeCharge(it), desk.given(movement, [moneyIn(it)]))
  }

  function expire(held: Held<Charge>): Draft {
    authorized.remove(held)
    desk.changed(held)
    return event('charge.expired', held)
  }

  function release(held: Held<Charge>): Draft {
    authorized.remove(held)
    held.it.refunded = held.it.amount
    return desk.filtered('charge.refunded', held.it.id, stripeCharge(held.it), 'authorization-released')
  }

  function annotate(charge: Charge): Draft {
    return desk.filtered('charge.updated', charge.id, stripeCharge({ ...charge, description: `Order ${charge.order}, parcel ${random.below(1000)}` }), 'charge-annotated')
  }

  function event(type: string, held: Held<Charge>, again: Draft['again'] = null): Draft {
    const { it } = held
    return desk.event(type, it.id, stripeCharge(it), desk.given(held, it.status === 'succeeded' && it.captured > 0 ? [moneyIn(it)] : []), again)
  }
}

const moneyIn = (it: Charge): Sum => ({ name: 'IN', currency: it.currency, minor: it.captured, customer: it.customer === null ? null : `stripe:${it.customer}` })
