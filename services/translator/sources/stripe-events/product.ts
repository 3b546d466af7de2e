import { mapping } from '../../../../canonical/mapping.ts'
import { absent, filled, none, optional, required, text } from '../../../../canonical/meanings.ts'
import { seconds } from '../../../../canonical/micros.ts'
import { product } from './contract.ts'
import { entityOf } from './entity.ts'

export const article = mapping(product, 'product.v1', {
  entity:  { says: 'Stripe\'s product id.', from: 'data.object.id', get: (id) => entityOf(id) },
  version: { says: 'When Stripe made the event.', from: 'created', get: seconds },
  deleted: { says: 'Where the event is product.deleted.', from: 'type', get: (type) => type === 'product.deleted' },
  fields: {
    id:          { says: 'Stripe\'s product id.', from: 'data.object.id', get: text },
    title:       { says: 'Name of the product.', from: 'data.object.name', get: required(text) },
    description: { says: 'Description for buyers. Empty text means none.', from: 'data.object.description', get: filled },
    vendor:      { says: 'Not known to Stripe.', from: [], get: absent },
    category:    { says: 'Stripe\'s type: good or service.', from: 'data.object.type', get: filled },
    status:      { says: 'ACTIVE where it can be bought, else ARCHIVED.', from: 'data.object.active', get: optional((active: boolean) => (active ? 'ACTIVE' : 'ARCHIVED')) },
    createdAt:   { says: 'When it was made at Stripe.', from: 'data.object.created', get: optional(seconds) },
    variants:    { says: 'Stripe knows no variants; its prices are objects and events of their own.', from: [], get: none },
    tags:        { says: 'Stripe knows none.', from: [], get: none },
  },
})
