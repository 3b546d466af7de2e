import type { Draft } from '../draft.ts'
import { stripeCustomer, type Account } from '../payloads/stripe-events.ts'
import type { Person } from '../person.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'
import type { Desk, Held } from './stripe-desk.ts'

/** The people who pay, as Stripe knows them. Whoever was deleted there and pays again is somebody new. */
export function stripeAccounts(world: World, desk: Desk) {
  const { random, clock } = world
  const byPerson = new WeakMap<Person, Held<Account>>()
  const persons = new WeakMap<Held<Account>, Person>()
  const open = makePool<Held<Account>>(random, 2_000)
  return { of, created, change }

  function of(person: Person): { held: Held<Account>; isNew: boolean } {
    const known = byPerson.get(person)
    if (known !== undefined) return { held: known, isNew: false }
    const held = desk.held('customer.v1', { id: desk.id('cus'), name: `${person.first} ${person.last}`, email: person.email, phone: person.phone, currency: person.home.currency, created: clock.now(), description: null })
    byPerson.set(person, held)
    persons.set(held, person)
    open.add(held)
    return { held, isNew: true }
  }

  function created(held: Held<Account>): Draft { return desk.event('customer.created', held.it.id, stripeCustomer(held.it), desk.given(held, [])) }

  function change(): Draft | undefined {
    const held = open.any()
    return held === undefined ? undefined : random.chance(0.1) ? remove(held) : update(held)
  }

  function update(held: Held<Account>): Draft {
    desk.changed(held)
    held.it.description = `Called ${held.state} times`
    return desk.event('customer.updated', held.it.id, stripeCustomer(held.it), desk.given(held, []), () => (random.chance(0.2) ? remove(held) : update(held)))
  }

  function remove(held: Held<Account>): Draft {
    open.remove(held)
    const person = persons.get(held)
    if (person !== undefined) byPerson.delete(person)
    desk.changed(held)
    return desk.event('customer.deleted', held.it.id, stripeCustomer(held.it), desk.given(held, [], true))
  }
}
