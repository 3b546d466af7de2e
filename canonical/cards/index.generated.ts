// Generated from the file names of this folder by generate-cards.ts.
import type { ModelCard } from '../model-card.ts'
import type { ModelName } from '../models.generated.ts'
import customerV1 from './customer.v1.ts'
import orderV1 from './order.v1.ts'
import paymentV1 from './payment.v1.ts'
import productV1 from './product.v1.ts'
import stockLevelV1 from './stock-level.v1.ts'

/** The card of every model. */
export const modelCards: { readonly [M in ModelName]: ModelCard<M> } = {
  'customer.v1': customerV1,
  'order.v1': orderV1,
  'payment.v1': paymentV1,
  'product.v1': productV1,
  'stock-level.v1': stockLevelV1,
}
