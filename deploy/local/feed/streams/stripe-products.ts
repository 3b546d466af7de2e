import type { Draft } from '../draft.ts'
import { things } from '../names.ts'
import { stripeProduct, type Item } from '../payloads/stripe-events.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import type { Desk, Held } from './stripe-desk.ts'

/** Products that were made in Stripe's own catalogue. */
export function stripeProducts(world: World, desk: Desk) {
  const { random, clock } = world
  const open = makePool<Held<Item>>(random, 500)
  return { next }

  function next(): Draft {
    const held = random.chance(0.4) ? open.any() : undefined
    if (held === undefined) return create()
    return random.chance(0.15) ? remove(held) : update(held)
  }

  function create(): Draft {
    const now = clock.now()
    const held = desk.held('product.v1', { id: desk.id('prod'), name: random.pick(things), description: random.chance(0.5) ? null : 'Sold online', active: true, created: now, updated: now })
    open.add(held)
    return desk.event('product.created', held.it.id, stripeProduct(held.it), desk.given(held, []))
  }

  function update(held: Held<Item>): Draft {
    desk.changed(held)
    held.it.updated = held.changedAt
    held.it.description = `Sold online, edition ${held.state}`
    return desk.event('product.updated', held.it.id, stripeProduct(held.it), desk.given(held, []), () => (random.chance(0.3) ? remove(held) : update(held)))
  }

  function remove(held: Held<Item>): Draft {
    open.remove(held)
    desk.changed(held)
    return desk.event('product.deleted', held.it.id, stripeProduct(held.it), desk.given(held, [], true))
  }
}
