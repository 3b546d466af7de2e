import { track, type Draft, type Given, type Model, type Sum, type Tracked } from '../draft.ts'
import { stripeEvent } from '../payloads/stripe-events.ts'
import type { World } from '../world.ts'

/** An object at Stripe, and the entity that it is for the hub. `state` counts its changes. */
export interface Held<T> { readonly it: T; readonly tracked: Tracked; state: number; changedAt: number }
export type Desk = ReturnType<typeof stripeDesk>

/** Where Stripe's ids and events are made. */
export function stripeDesk(world: World) {
  const { random, clock } = world
  let last = world.base
  return { id, held, changed, given, event, filtered }

  /** `ch_3P0000000000000000000042` */
  function id(prefix: string): string { return `${prefix}_3P${(++last).toString(36).padStart(22, '0')}` }

  /** `part` parts the entities that one object of Stripe's stands for. */
  function held<T extends { id: string }>(model: Model, it: T, part = ''): Held<T> { return { it, tracked: track(model, `stripe:${it.id}${part}`), state: 0, changedAt: clock.now() } }

  /** One more state of it. Stripe counts in seconds, so some changes share one with the state before. */
  function changed(thing: Held<unknown>, sameSecond = 0.1): void {
    thing.state++
    thing.changedAt = Math.max(clock.now(), thing.changedAt + (random.chance(sameSecond) ? 0 : 1))
  }

  function given(thing: Held<unknown>, sums: readonly Sum[], deleted = false): Given {
    return { tracked: thing.tracked, state: thing.state, version: thing.changedAt * 1_000_000, deleted, sums }
  }

  function event(type: string, key: string, object: object, gives: Given, again: Draft['again'] = null): Draft {
    return { source: 'stripe-events', key, payload: stripeEvent(id('evt'), type, gives.version / 1_000_000, object), gives: [gives], filtered: null, again }
  }

  /** An event that the models have no use for. */
  function filtered(type: string, key: string, object: object, name: string): Draft {
    return { source: 'stripe-events', key, payload: stripeEvent(id('evt'), type, clock.now(), object), gives: [], filtered: name, again: null }
  }
}
