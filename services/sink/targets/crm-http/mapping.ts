import type { Micros } from '../../../../canonical/micros.ts'
import { same } from '../../../../canonical/meanings.ts'
import { isoOf } from '../../../runtime/cloud-event.ts'
import { list, resource } from './resources.ts'

const orNull = <V>(value: V | null | undefined): V | null => value ?? null
const time = (value: Micros): string => isoOf(value)
const timeOrNull = (value: Micros | null): string | null => (value === null ? null : isoOf(value))

/** Which field of the CRM holds which canonical field. Amounts are text, so that no digit is lost on the way. */
export default [
  resource('customer.v1', { collection: 'customers', says: 'Customers as the selling systems hold them now.', fields: {
    effectKey: { says: 'The state that the item holds.', from: 'meta.effectKey', get: same },
    version: { says: 'Orders the states of one customer.', from: 'meta.version', get: same },
    revision: { says: 'Raised by a repair or a re-mapping.', from: 'meta.revision', get: same },
    number: { says: 'Identifier in the source system.', from: 'id', get: same },
    email: { says: 'Address for mail.', from: 'email', get: same },
    phone: { says: 'Telephone number.', from: 'phone', get: same },
    firstName: { says: 'Given name.', from: 'firstName', get: same },
    lastName: { says: 'Family name.', from: 'lastName', get: same },
    fullName: { says: 'Name in one piece, where the source does not split it.', from: 'fullName', get: same },
    company: { says: 'Company.', from: 'company', get: same },
    status: { says: 'ACTIVE, INVITED, DECLINED or DISABLED.', from: 'status', get: same },
    newsletter: { says: 'True where mail for marketing was agreed to.', from: 'acceptsMarketing', get: same },
    street: { says: 'Street and number of the main address.', from: 'address.line1', get: orNull },
    city: { says: 'City or town of the main address.', from: 'address.city', get: orNull },
    postalCode: { says: 'Postal code of the main address.', from: 'address.postalCode', get: orNull },
    country: { says: 'ISO 3166-1 alpha-2 code of the main address.', from: 'address.country', get: orNull },
    since: { says: 'When the account was made.', from: 'createdAt', get: timeOrNull },
    note: { says: 'Note about the customer.', from: 'note', get: same },
  } }),

  resource('order.v1', { collection: 'orders', says: 'Orders as the selling systems hold them now.', fields: {
    effectKey: { says: 'The state that the item holds.', from: 'meta.effectKey', get: same },
    version: { says: 'Orders the states of one order.', from: 'meta.version', get: same },
    revision: { says: 'Raised by a repair or a re-mapping.', from: 'meta.revision', get: same },
    number: { says: 'Number that the buyer sees.', from: 'number', get: same },
    status: { says: 'OPEN, COMPLETED, CANCELLED or FAILED.', from: 'status', get: same },
    payment: { says: 'How much of the order is paid.', from: 'paymentStatus', get: same },
    fulfillment: { says: 'How much of the order is shipped.', from: 'fulfillmentStatus', get: same },
    placedAt: { says: 'When the buyer placed the order.', from: 'placedAt', get: time },
    customer: { says: 'Entity of the customer; null for a guest.', from: 'customer', get: same },
    email: { says: 'Contact address of the order.', from: 'email', get: same },
    currency: { says: 'ISO 4217 code of every amount.', from: 'currency', get: same },
    tax: { says: 'All taxes.', from: 'totals.tax', get: same },
    total: { says: 'What the buyer pays, tax and shipping included.', from: 'totals.total', get: same },
    note: { says: 'Note of the buyer.', from: 'note', get: same },
  }, lists: [
    list('lines', { says: 'What was bought.', fields: {
      sku: { says: 'Article number.', from: 'sku', get: same },
      title: { says: 'Article as the buyer saw it.', from: 'title', get: same },
      quantity: { says: 'Ordered quantity.', from: 'quantity', get: same },
      price: { says: 'Price of one piece before discounts.', from: 'unitPrice', get: same },
    } }),
  ] }),
]
