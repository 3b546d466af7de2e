import { currency } from '../../../../canonical/iso4217.ts'
import { mapping, part } from '../../../../canonical/mapping.ts'
import { absent, filled, id, oneOf, optional, required, same } from '../../../../canonical/meanings.ts'
import { micros } from '../../../../canonical/micros.ts'
import { addressFields } from './address.ts'
import contract from './contract.ts'
import { tagsOf } from './tags.ts'

/** Shopify knows more words than yes and no: only a confirmed subscription is consent. */
const consent = oneOf({ subscribed: true, not_subscribed: false, pending: false, unsubscribed: false, redacted: false, invalid: false })

export default mapping(contract, 'customer.v1', {
  when:    { name: 'no-customer-state', says: 'Skipped for a guest, and where the customer comes without the time of its last change: its state could not be ordered.', from: ['customer', 'customer.updated_at'],
             get: (customer, updated) => customer !== null && customer !== undefined && updated !== null && updated !== undefined },
  entity:  { says: 'Shopify\'s customer id.', from: 'customer.id', get: required((number) => `shopify:${id(number)}`) },
  version: { says: 'Last change of the customer, which is not that of the order.', from: 'customer.updated_at', get: required(micros) },
  fields: {
    id:            { says: 'Shopify\'s customer id.', from: 'customer.id', get: required(id) },
    email:         { says: 'Address of the account. Empty text means none.', from: 'customer.email', get: filled },
    emailVerified: { says: 'True where the address was confirmed.', from: 'customer.verified_email', get: optional(same<boolean>) },
    phone:         { says: 'Number of the account. Empty text means none.', from: 'customer.phone', get: filled },
    firstName:     { says: 'Given name. Empty text means none.', from: 'customer.first_name', get: filled },
    lastName:      { says: 'Family name. Empty text means none.', from: 'customer.last_name', get: filled },
    fullName:      { says: 'Shopify splits names.', from: [], get: absent },
    company:       { says: 'Shopify keeps companies with addresses.', from: [], get: absent },
    status:        { says: 'Standing of the account; a buyer without a password is DISABLED.', from: 'customer.state', get: optional(oneOf({ enabled: 'ACTIVE', invited: 'INVITED', declined: 'DECLINED', disabled: 'DISABLED' })) },
    acceptsMarketing: { says: 'Consent to mail; older versions of the API send a plain yes or no.', from: ['customer.email_marketing_consent.state', 'customer.accepts_marketing'],
                        get: (state, plain) => (state !== undefined ? consent(state) : plain === undefined ? null : plain) },
    taxExempt:     { says: 'True where no tax is charged.', from: 'customer.tax_exempt', get: optional(same<boolean>) },
    currency:      { says: 'Currency of the customer\'s last order.', from: 'customer.currency', get: optional(currency) },
    createdAt:     { says: 'When the account was made.', from: 'customer.created_at', get: optional(micros) },
    address:       part('customer.default_address', { says: 'Default address.', missing: 'null', fields: addressFields }),
    note:          { says: 'Note of the shop. Empty text means none.', from: 'customer.note', get: filled },
    tags:          { says: 'The shop\'s tags; Shopify sends them as one text with commas.', from: 'customer.tags', get: (tags) => (tags === undefined || tags === null ? [] : tagsOf(tags)) },
  },
})
