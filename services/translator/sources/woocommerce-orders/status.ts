import { oneOf } from '../../../../canonical/meanings.ts'

type Time = string | null | undefined
const whole = oneOf({ pending: 'OPEN', 'on-hold': 'OPEN', processing: 'OPEN', completed: 'COMPLETED', cancelled: 'CANCELLED', failed: 'FAILED' })

/** Money given back does not undo what was shipped: a refunded order that was completed before stays completed. */
export function orderStatus(status: string, completed: Time): 'OPEN' | 'COMPLETED' | 'CANCELLED' | 'FAILED' {
  if (status === 'refunded') return known(completed) ? 'COMPLETED' : 'CANCELLED'
  return whole(status)
}

/** WooCommerce has one status for everything; what was paid shows in the time of payment and in the refunds. */
export function paymentStatus(status: string, paid: Time, refunds: readonly unknown[]): 'PENDING' | 'PAID' | 'PARTIALLY_REFUNDED' | 'REFUNDED' | null {
  if (status === 'refunded') return 'REFUNDED'
  if (known(paid)) return refunds.length > 0 ? 'PARTIALLY_REFUNDED' : 'PAID'
  return status === 'pending' || status === 'on-hold' ? 'PENDING' : null
}

const known = (time: Time) => time !== null && time !== undefined && time !== ''
