import { country } from '../../../../canonical/country.ts'
import { absent, filled } from '../../../../canonical/meanings.ts'

type Maybe = string | null | undefined
const emptyAsNone = (says: string) => `${says} Empty text means none.`

/** WooCommerce sends every address, an unknown one as empty texts. */
const shared = {
  firstName:  { says: emptyAsNone('Given name of the addressee.'), from: 'first_name', get: filled },
  lastName:   { says: emptyAsNone('Family name of the addressee.'), from: 'last_name', get: filled },
  company:    { says: emptyAsNone('Company at the address.'), from: 'company', get: filled },
  line1:      { says: emptyAsNone('Street and number.'), from: 'address_1', get: filled },
  line2:      { says: emptyAsNone('Second line.'), from: 'address_2', get: filled },
  city:       { says: emptyAsNone('City or town.'), from: 'city', get: filled },
  region:     { says: emptyAsNone('Code of the state or province.'), from: 'state', get: filled },
  postalCode: { says: emptyAsNone('Postal code.'), from: 'postcode', get: filled },
  country:    { says: emptyAsNone('ISO 3166-1 code of two letters.'), from: 'country', get: (code: Maybe) => { const known = filled(code); return known === null ? null : country(known) } },
} as const

export const billingFields = { ...shared, phone: { says: 'Stands at the order, where the buyer can be reached.', from: [], get: absent } } as const
export const shippingFields = { ...shared, phone: { says: emptyAsNone('Telephone number at the address.'), from: 'phone', get: filled } } as const
