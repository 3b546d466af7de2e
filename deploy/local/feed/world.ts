import { makeArticle, priceOf, type Article } from './article.ts'
import type { Clock } from './clock.ts'
import { notes } from './names.ts'
import { settle, type Line, type Order } from './order.ts'
import { makePerson, type Person } from './person.ts'
import { makePool, type Pool } from './pool.ts'
import type { Random } from './random.ts'

/** What the sources tell about: people who order articles. Bounded, so that a feed may run for months. */
export interface World {
  readonly random: Random
  readonly clock: Clock
  /** What numbers count on from: a world without a seed must not meet the one before it under the same numbers. */
  readonly base: number
  readonly articles: readonly Article[]
  /** Somebody who buys: mostly known, sometimes new. */
  buyer(): Person
  place(guests: number): Order
  /** Payments and refunds that the payment system has still to hear of, oldest first. */
  readonly unpaid: Queue<Bill>
  readonly unreturned: Queue<Bill>
  /** What left the shelves and is not yet in a stock record. */
  readonly sold: Queue<{ article: Article; quantity: number }>
}
/** What an order was worth when the money moved: orders change later. */
export interface Bill { order: Order; minor: number }
export interface Queue<T> { put(item: T): void; take(): T | undefined }

const knownPeople = 5_000
const articles = 400
// A feed of one source alone never empties the others' queues.
const waiting = 2_000

export function makeWorld(random: Random, clock: Clock, base: number): World {
  const people: Pool<Person> = makePool(random, knownPeople)
  const range = Array.from({ length: articles }, (_, i) => makeArticle(101 + i, random, clock.now() - 86_400))
  const unpaid = queue<Bill>(), unreturned = queue<Bill>(), sold = queue<{ article: Article; quantity: number }>()
  let persons = 1000 + base, orders = 1000 + base, lines = 100_000 + base
  return { random, clock, base, articles: range, buyer, place, unpaid, unreturned, sold }

  function buyer(): Person {
    const known = random.chance(0.8) ? people.any() : undefined
    if (known) return known
    const person = makePerson(++persons, random, clock.now())
    people.add(person)
    return person
  }

  function place(guests: number): Order {
    const person = buyer(), now = clock.now(), { currency } = person.home
    const basket = Array.from({ length: random.chance(0.8) ? 1 : 2 + random.below(3) }, (): Line => {
      const article = random.pick(range), large = random.chance(0.3)
      return { id: ++lines, article, large, quantity: 1 + random.below(3), unit: priceOf(article, large, currency), discount: 0, tax: 0, total: 0 }
    })
    for (const line of basket) sold.put({ article: line.article, quantity: line.quantity })
    const pickUp = random.chance(0.6)
    const order: Order = {
      number: ++orders, home: person.home, currency, buyer: random.chance(guests) ? null : person, placedAt: now, lines: basket,
      discountCode: random.chance(0.2) ? 'TENOFF' : null, note: random.chance(0.1) ? random.pick(notes) : null,
      pickUp, shipping: !pickUp && random.chance(0.8) ? 490 : 0, discount: 0, subtotal: 0, tax: 0, total: 0, refunded: 0,
      payment: 'pending', shipment: 'none', paidAt: null, closedAt: null, cancelledAt: null, changedAt: now, state: 0,
    }
    settle(order)
    return order
  }
}

function queue<T>(): Queue<T> {
  let items: T[] = [], head = 0
  return {
    put(item) { if (items.length - head < waiting) items.push(item) },
    take() {
      const item = items[head]
      if (item === undefined) return undefined
      if (++head === items.length) { items = []; head = 0 } else if (head > waiting) { items = items.slice(head); head = 0 }
      return item
    },
  }
}
