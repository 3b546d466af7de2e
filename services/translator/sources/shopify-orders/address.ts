import { country } from '../../../../canonical/country.ts'
import { filled, optional } from '../../../../canonical/meanings.ts'

const emptyAsNone = (says: string) => `${says} Empty text means none.`

/** Shopify's addresses are alike wherever they stand. */
export const addressFields = {
  firstName:  { says: emptyAsNone('Given name of the addressee.'), from: 'first_name', get: filled },
  lastName:   { says: emptyAsNone('Family name of the addressee.'), from: 'last_name', get: filled },
  company:    { says: emptyAsNone('Company at the address.'), from: 'company', get: filled },
  line1:      { says: emptyAsNone('Street and number.'), from: 'address1', get: filled },
  line2:      { says: emptyAsNone('Second line.'), from: 'address2', get: filled },
  city:       { says: emptyAsNone('City or town.'), from: 'city', get: filled },
  region:     { says: emptyAsNone('State or province by its name.'), from: 'province', get: filled },
  postalCode: { says: emptyAsNone('Postal code.'), from: 'zip', get: filled },
  country:    { says: 'ISO 3166-1 code of two letters.', from: 'country_code', get: optional(country) },
  phone:      { says: emptyAsNone('Telephone number at the address.'), from: 'phone', get: filled },
} as const
