import { track, type Draft, type Given, type Tracked } from '../draft.ts'
import { nextStep, take, type Order } from '../order.ts'
import { jsonNumber } from '../payloads/json-number.ts'
import { shopifyOrder, shopifyPerson } from '../payloads/shopify-orders.ts'
import { change, type Person } from '../person.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'

interface Sale { order: Order; tracked: Tracked; id: number | object; digits: string }

/** New orders, most of them paid at once; some go through their whole life. Every order tells of its customer too. */
export function shopifyOrders(world: World): () => Draft {
  const { random, clock } = world
  const open = makePool<Sale>(random, 500)
  const customers = new WeakMap<Person, Tracked>()
  return () => (random.chance(0.22) ? update() : undefined) ?? place()

  function place(): Draft {
    const order = world.place(0.05)
    // Shopify's ids have outgrown a JavaScript number more than once; so a few orders have such an id.
    const digits = random.chance(0.01) ? `8209829119461${String(order.number).padStart(6, '0')}` : String(5_000_000_000_000 + order.number)
    const id = digits.length > 15 ? jsonNumber(digits) : Number(digits)
    const sale: Sale = { order, id, digits, tracked: track('order.v1', `shopify:${digits}`) }
    if (random.chance(0.08)) open.add(sale)
    else { order.payment = 'paid'; order.paidAt = order.placedAt; world.unpaid.put({ order, minor: order.total }) }
    return draft(sale)
  }

  function update(): Draft | undefined {
    const sale = open.any()
    return sale === undefined ? undefined : step(sale) ?? undefined
  }

  function step(sale: Sale): Draft | null {
    const { order } = sale, next = nextStep(order, random)
    if (next === null) { open.remove(sale); return null }
    take(order, next, clock.now())
    if (next === 'paid') world.unpaid.put({ order, minor: order.total })
    if (next === 'refunded' || next === 'refunded partly') world.unreturned.put({ order, minor: order.refunded })
    if (order.buyer !== null && random.chance(0.2)) change(order.buyer, random, clock.now())
    return draft(sale)
  }

  function draft(sale: Sale): Draft {
    const { order, tracked } = sale
    const gives: Given[] = [{ tracked, state: order.state, version: order.changedAt * 1_000_000, deleted: false, sums: [{ name: 'total', currency: order.currency, minor: order.total }] }]
    if (order.buyer !== null) gives.push(customer(order.buyer))
    return { source: 'shopify-orders', key: sale.digits, payload: shopifyOrder(order, sale.id, random.chance(0.03)), gives, filtered: null, again: order.state === 0 ? null : () => step(sale) }
  }

  function customer(person: Person): Given {
    let tracked = customers.get(person)
    if (tracked === undefined) customers.set(person, tracked = track('customer.v1', `shopify:${shopifyPerson(person)}`))
    return { tracked, state: person.state, version: person.changedAt * 1_000_000, deleted: false, sums: [] }
  }
}
