import { track, type Draft, type Given, type Model, type Sum, type Tracked } from '../draft.ts'
import { stripeEvent } from '../payloads/stripe-events.ts'
import type { World } from '../world.ts'

/** An object at Stripe. `state` counts its changes; several may fall into one second, as Stripe counts. */
export interface Held<T> { readonly it: T; readonly tracked: Tracked; state: number; changedAt: number }
export type Desk = ReturnType<typeof stripeDesk>

/** Where Stripe's ids and events are made. */
export function stripeDesk(world: World) {
  const { random, clock } = world
  let last = 0
  return { id, held, changed, event, filtered }

  /** `ch_3P0000000000000000000042` */
  function id(prefix: string): string { return `${prefix}_3P${(++last).toString(36).padStart(22, '0')}` }

  function held<T extends { id: string }>(model: Model, it: T): Held<T> { return { it, tracked: track(model, `stripe:${it.id}`), state: 0, changedAt: clock.now() } }

  /** One more state of it; nine times out of ten in a second of its own. */
  function changed(thing: Held<unknown>): void {
    thing.state++
    thing.changedAt = Math.max(clock.now(), thing.changedAt + (random.chance(0.9) ? 1 : 0))
  }

  function event<T extends { id: string }>(type: string, thing: Held<T>, object: object, sums: readonly Sum[], again: Draft['again'] = null, deleted = false): Draft {
    const given: Given = { tracked: thing.tracked, state: thing.state, version: thing.changedAt * 1_000_000, deleted, sums }
    return { source: 'stripe-events', key: thing.it.id, payload: stripeEvent(id('evt'), type, thing.changedAt, object), gives: [given], filtered: null, again }
  }

  /** A kind of event that the model has no use for. */
  function filtered(type: string, key: string, object: object, name: string): Draft {
    return { source: 'stripe-events', key, payload: stripeEvent(id('evt'), type, clock.now(), object), gives: [], filtered: name, again: null }
  }
}
