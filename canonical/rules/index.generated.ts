// Generated from the file names of this folder by generate-rules.ts.
import type { ModelName } from '../models.generated.ts'
import type { RuleSet } from '../rules.ts'
import orderV1 from './order.v1.ts'
import paymentV1 from './payment.v1.ts'

/** The rules of each model that has some: they hold for every source. */
export const modelRules: { readonly [M in ModelName]?: RuleSet<M> } = {
  'order.v1': orderV1,
  'payment.v1': paymentV1,
}
