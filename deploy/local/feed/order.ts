import type { Article } from './article.ts'
import { shareOf, type Currency } from './money.ts'
import type { Place } from './names.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

export interface Line { id: number; article: Article; large: boolean; quantity: number; unit: number; discount: number; tax: number; total: number }
export type Payment = 'pending' | 'authorized' | 'paid' | 'partly refunded' | 'refunded' | 'voided'
export type Shipment = 'none' | 'partly' | 'all'

/** An order of the sample world. Amounts are whole coins; `state` counts its changes. */
export interface Order {
  readonly number: number
  readonly home: Place
  readonly currency: Currency
  readonly buyer: Person | null
  readonly placedAt: number
  readonly lines: Line[]
  readonly discountCode: string | null
  readonly note: string | null
  /** Nothing is sent, so there is no address. */
  readonly pickUp: boolean
  shipping: number
  discount: number
  subtotal: number
  tax: number
  total: number
  refunded: number
  payment: Payment
  shipment: Shipment
  paidAt: number | null
  closedAt: number | null
  cancelledAt: number | null
  changedAt: number
  state: number
}

/** Sums the lines up; every amount is computed once and never rounded again. */
export function settle(order: Order): void {
  const { taxPermille, taxIncluded } = order.home
  order.subtotal = order.discount = order.tax = 0
  for (const line of order.lines) {
    const gross = line.unit * line.quantity
    line.discount = order.discountCode === null ? 0 : shareOf(gross, 100)
    line.total = gross - line.discount
    line.tax = taxIncluded ? line.total - netOf(line.total, taxPermille) : shareOf(line.total, taxPermille)
    order.subtotal += line.total
    order.discount += line.discount
    order.tax += line.tax
  }
  order.total = order.subtotal + order.shipping + (taxIncluded ? 0 : order.tax)
}
/** What is left of a price with tax when the tax is taken off, the rest of the coin left to the tax. */
export function netOf(gross: number, permille: number): number {
  const scaled = gross * 1000, by = 1000 + permille
  return (scaled - scaled % by) / by
}

export type Step = 'paid' | 'authorized' | 'edited' | 'shipped partly' | 'shipped' | 'refunded partly' | 'refunded' | 'cancelled' | 'closed'

/** The next thing that happens to an order; null when its life is over. */
export function nextStep(order: Order, random: Random): Step | null {
  if (order.closedAt !== null || order.payment === 'voided') return null
  const luck = random.below(100)
  switch (order.payment) {
    case 'pending': return luck < 8 ? 'cancelled' : luck < 18 ? 'edited' : luck < 30 ? 'authorized' : 'paid'
    case 'authorized': return luck < 8 ? 'cancelled' : 'paid'
    case 'refunded': return 'closed'
    case 'partly refunded': return luck < 20 ? 'refunded' : 'closed'
    case 'paid':
      if (order.shipment === 'all') return luck < 8 ? 'refunded' : luck < 20 ? 'refunded partly' : 'closed'
      return luck < 4 ? 'refunded' : order.shipment === 'none' && order.lines.length > 1 && luck < 30 ? 'shipped partly' : 'shipped'
  }
}

/** The time of an order's states always rises by whole seconds, as the real systems count them. */
export function touch(order: Order, now: number): number {
  order.state++
  return order.changedAt = Math.max(now, order.changedAt + 1)
}

export function take(order: Order, step: Step, now: number): void {
  const at = touch(order, now)
  switch (step) {
    case 'authorized': order.payment = 'authorized'; break
    case 'paid': order.payment = 'paid'; order.paidAt = at; break
    case 'edited': { const line = order.lines[0]; if (line) { line.quantity++; settle(order) } break }
    case 'shipped partly': order.shipment = 'partly'; break
    case 'shipped': order.shipment = 'all'; break
    case 'refunded partly': order.payment = 'partly refunded'; order.refunded = order.lines[0]?.unit ?? 0; if (order.refunded >= order.total) { order.refunded = order.total; order.payment = 'refunded' } break
    case 'refunded': order.payment = 'refunded'; order.refunded = order.total; break
    case 'cancelled': order.payment = 'voided'; order.cancelledAt = at; break
    case 'closed': order.closedAt = at; break
  }
}
