import { track, type Draft, type Given, type Tracked } from '../draft.ts'
import { nextStep, take, touch, type Order } from '../order.ts'
import { wooOrder, wooStatus } from '../payloads/woocommerce-orders.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'

interface Sale { order: Order; tracked: Tracked; trashed: boolean }

/** A second shop, with customers of the same world and its own order numbers. Orders may be thrown away, and restored. */
export function woocommerceOrders(world: World): () => Draft {
  const { random, clock } = world
  const open = makePool<Sale>(random, 300)
  return () => (random.chance(0.22) ? update() : undefined) ?? (random.chance(0.02) ? cart() : place())

  function place(): Draft {
    const order = world.place(0.2)
    const sale: Sale = { order, tracked: track('order.v1', `woocommerce:${order.number}`), trashed: false }
    if (random.chance(0.08)) open.add(sale)
    else { order.payment = 'paid'; order.paidAt = order.placedAt }
    return draft(sale)
  }

  /** Somebody filled a cart and went away. */
  function cart(): Draft {
    const order = world.place(1)
    return { source: 'woocommerce-orders', key: String(order.number), payload: wooOrder(order, 'checkout-draft'), gives: [], filtered: 'draft', again: null }
  }

  function update(): Draft | undefined {
    const sale = open.any()
    return sale === undefined ? undefined : step(sale) ?? undefined
  }

  function step(sale: Sale): Draft | null {
    if (sale.trashed || random.chance(0.06)) {
      sale.trashed = !sale.trashed
      touch(sale.order, clock.now())
      return draft(sale)
    }
    const next = nextStep(sale.order, random)
    if (next === null) { open.remove(sale); return null }
    take(sale.order, next, clock.now())
    return draft(sale)
  }

  function draft(sale: Sale): Draft {
    const { order, tracked, trashed } = sale
    const given: Given = { tracked, state: order.state, version: order.changedAt * 1_000_000, deleted: trashed, sums: trashed ? [] : [{ name: 'total', currency: order.currency, minor: order.total }] }
    return { source: 'woocommerce-orders', key: String(order.number), payload: wooOrder(order, trashed ? 'trash' : wooStatus(order)), filtered: null, gives: [given], again: order.state === 0 ? null : () => step(sale) }
  }
}
