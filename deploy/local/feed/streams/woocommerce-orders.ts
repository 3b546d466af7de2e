import { track, type Draft, type Tracked } from '../draft.ts'
import { nextStep, take, type Order } from '../order.ts'
import { wooOrder } from '../payloads/woocommerce-orders.ts'
import { makePool } from '../pool.ts'
import type { World } from '../world.ts'

interface Sale { order: Order; tracked: Tracked }

/** A second shop, with customers of the same world and its own order numbers. */
export function woocommerceOrders(world: World): () => Draft {
  const { random, clock } = world
  const open = makePool<Sale>(random, 300)
  return () => (random.chance(0.22) ? update() : undefined) ?? place()

  function place(): Draft {
    const order = world.place(0.2)
    const sale: Sale = { order, tracked: track('order.v1', `woocommerce:${order.number}`) }
    if (random.chance(0.08)) open.add(sale)
    else { order.payment = 'paid'; order.paidAt = order.placedAt }
    return draft(sale)
  }

  function update(): Draft | undefined {
    const sale = open.any()
    return sale === undefined ? undefined : step(sale) ?? undefined
  }

  function step(sale: Sale): Draft | null {
    const next = nextStep(sale.order, random)
    if (next === null) { open.remove(sale); return null }
    take(sale.order, next, clock.now())
    return draft(sale)
  }

  function draft(sale: Sale): Draft {
    const { order, tracked } = sale, sums = [{ name: 'total', currency: order.currency, minor: order.total }]
    return {
      source: 'woocommerce-orders', key: String(order.number), payload: wooOrder(order), filtered: null,
      gives: [{ tracked, state: order.state, version: order.changedAt * 1_000_000, deleted: false, sums }], again: order.state === 0 ? null : () => step(sale),
    }
  }
}
