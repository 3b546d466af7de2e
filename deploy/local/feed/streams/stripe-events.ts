import type { Draft } from '../draft.ts'
import type { Order } from '../order.ts'
import type { World } from '../world.ts'
import { stripeAccounts } from './stripe-accounts.ts'
import { stripeDesk } from './stripe-desk.ts'
import { stripePayments } from './stripe-payments.ts'
import { stripeProducts } from './stripe-products.ts'

const others = ['payment_intent.created', 'payment_intent.succeeded', 'invoice.paid', 'invoice.finalized', 'price.created', 'customer.subscription.updated', 'payment_method.attached', 'balance.available'] as const

/** Charges for the orders of the world, what becomes of them, the customers who pay, a few products, and much that nobody asked for. */
export function stripeEvents(world: World): () => Draft {
  const { random } = world
  const desk = stripeDesk(world)
  const accounts = stripeAccounts(world, desk), payments = stripePayments(world, desk), products = stripeProducts(world, desk)
  const soon: (() => Draft)[] = []
  return () => soon.shift()?.() ?? something()

  function something(): Draft {
    const luck = random.below(100)
    if (luck < 12) return other()
    if (luck < 16) return accounts.change() ?? other()
    if (luck < 19) return products.next()
    const known = luck < 40 ? payments.goOn() : undefined
    return known ?? returned() ?? pay()
  }

  function returned(): Draft | undefined {
    const bill = world.unreturned.take()
    return bill === undefined ? undefined : payments.giveBack(bill.order, bill.minor, soon)
  }

  function pay(): Draft {
    const { order, minor } = world.unpaid.take() ?? unheardOf()
    const account = order.buyer === null ? null : accounts.of(order.buyer)
    const charge = () => payments.charge(order, minor, account?.held.it.id ?? null)
    if (account === null || !account.isNew) return charge()
    soon.push(charge)
    return accounts.created(account.held)
  }

  /** An order of a shop that is not in the feed. */
  function unheardOf(): { order: Order; minor: number } {
    const order = world.place(0.1)
    return { order, minor: order.total }
  }

  function other(): Draft {
    const type = random.pick(others), id = desk.id(type === 'balance.available' ? 'ba' : 'ob')
    return desk.filtered(type, id, { id, object: type.slice(0, type.lastIndexOf('.')).replace('customer.', ''), created: world.clock.now(), livemode: true, metadata: {} }, 'not-in-the-model')
  }
}
