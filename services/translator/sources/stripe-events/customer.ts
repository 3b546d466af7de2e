import { country } from '../../../../canonical/country.ts'
import { mapping, part } from '../../../../canonical/mapping.ts'
import { absent, filled, none, oneOf, optional, text } from '../../../../canonical/meanings.ts'
import { seconds } from '../../../../canonical/micros.ts'
import { currencyOf } from './amount.ts'
import { customer } from './contract.ts'
import { entityOf } from './entity.ts'

export const buyer = mapping(customer, 'customer.v1', {
  entity:  { says: 'Stripe\'s customer id.', from: 'data.object.id', get: (id) => entityOf(id) },
  version: { says: 'When Stripe made the event.', from: 'created', get: seconds },
  deleted: { says: 'Where the event is customer.deleted.', from: 'type', get: (type) => type === 'customer.deleted' },
  fields: {
    id:        { says: 'Stripe\'s customer id.', from: 'data.object.id', get: text },
    email:     { says: 'Address for receipts. Empty text means none.', from: 'data.object.email', get: filled },
    emailVerified: { says: 'Stripe does not check addresses.', from: [], get: absent },
    phone:     { says: 'Telephone number. Empty text means none.', from: 'data.object.phone', get: filled },
    firstName: { says: 'Stripe does not split names.', from: [], get: absent },
    lastName:  { says: 'Stripe does not split names.', from: [], get: absent },
    fullName:  { says: 'Name of the person or company.', from: 'data.object.name', get: filled },
    company:   { says: 'Stripe does not tell persons from companies.', from: [], get: absent },
    status:    { says: 'Stripe knows no accounts to log in to.', from: [], get: absent },
    acceptsMarketing: { says: 'Not known to Stripe.', from: [], get: absent },
    taxExempt: { says: 'True where the seller charges no tax: exempt, or reverse charge, where the buyer owes it.', from: 'data.object.tax_exempt', get: optional(oneOf({ none: false, exempt: true, reverse: true })) },
    currency:  { says: 'Currency of the customer\'s invoices.', from: 'data.object.currency', get: optional(currencyOf) },
    createdAt: { says: 'When Stripe first knew the customer.', from: 'data.object.created', get: optional(seconds) },
    address:   part('data.object.address', { says: 'Address for bills.', missing: 'null', fields: {
      firstName:  { says: 'Stripe does not split names.', from: [], get: absent },
      lastName:   { says: 'Stripe does not split names.', from: [], get: absent },
      company:    { says: 'Not part of Stripe\'s addresses.', from: [], get: absent },
      line1:      { says: 'Street and number.', from: 'line1', get: filled },
      line2:      { says: 'Second line.', from: 'line2', get: filled },
      city:       { says: 'City or town.', from: 'city', get: filled },
      region:     { says: 'State, province or county.', from: 'state', get: filled },
      postalCode: { says: 'Postal code.', from: 'postal_code', get: filled },
      country:    { says: 'ISO 3166-1 code of two letters. Empty text means none.', from: 'country', get: (code) => (filled(code) === null ? null : optional(country)(code)) },
      phone:      { says: 'Not part of Stripe\'s addresses.', from: [], get: absent },
    } }),
    note:      { says: 'Stripe\'s description of the customer.', from: 'data.object.description', get: filled },
    tags:      { says: 'Stripe knows none.', from: [], get: none },
  },
})
