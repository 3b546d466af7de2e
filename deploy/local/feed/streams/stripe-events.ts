import type { Draft } from '../draft.ts'
import type { Order } from '../order.ts'
import type { World } from '../world.ts'
import { stripeAccounts } from './stripe-accounts.ts'
import { stripeCharges } from './stripe-charges.ts'
import { stripeDesk } from './stripe-desk.ts'
import { stripeProducts } from './stripe-products.ts'
import { stripeReturns } from './stripe-returns.ts'

/** Events that a Stripe account sends and the models do not hold, and the reason that the hub should name. */
const others = [
  ['payment_intent.created', 'step-of-payment'], ['payment_intent.succeeded', 'step-of-payment'], ['invoice.paid', 'billing'], ['customer.subscription.updated', 'billing'], ['price.created', 'price-list'],
  ['payment_method.attached', 'means-of-payment'], ['balance.available', 'own-account'], ['radar.early_fraud_warning.created', 'not-in-the-model'],
] as const

/** Charges for the orders of the world, what becomes of them, the customers who pay, a few products, and much that nobody asked for. */
export function stripeEvents(world: World): () => Draft {
  const { random } = world
  const desk = stripeDesk(world)
  const accounts = stripeAccounts(world, desk), charges = stripeCharges(world, desk), returns = stripeReturns(world, desk), products = stripeProducts(world, desk)
  const soon: (() => Draft)[] = []
  return () => soon.shift()?.() ?? something()

  function something(): Draft {
    const luck = random.below(100)
    if (luck < 12) return other()
    if (luck < 16) return accounts.change() ?? other()
    if (luck < 19) return products.next()
    return (luck < 32 ? charges.goOn() : luck < 36 ? returns.goOn() : luck < 37 ? dispute() : undefined) ?? returned() ?? pay()
  }

  function returned(): Draft | undefined {
    const bill = world.unreturned.take()
    if (bill !== undefined) { const charge = charges.of(bill.order); return charge && returns.giveBack(charge, bill.minor, soon) }
    // Out of goodwill, part of it, without the order changing.
    const charge = random.chance(0.04) ? charges.any() : undefined
    return charge && returns.giveBack(charge, charge.refunded + 1 + random.below(charge.captured), soon)
  }
  function dispute(): Draft | undefined {
    const charge = charges.any()
    return charge && returns.dispute(charge)
  }

  function pay(): Draft {
    const { order, minor } = world.unpaid.take() ?? unheardOf()
    const account = order.buyer === null ? null : accounts.of(order.buyer)
    const charge = () => charges.make(order, minor, account?.held.it.id ?? null)
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
    const [type, reason] = random.pick(others), id = desk.id('ob')
    return desk.filtered(type, id, { id, object: type.split('.').at(-2), created: world.clock.now(), livemode: true, metadata: {} }, reason)
  }
}
