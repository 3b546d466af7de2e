import type { Names } from '../../runtime/names.ts'
import type { Plan } from '../api/plan.schema.ts'
import { type Declared, declaredRoutes } from '../../../canonical/declared-route.ts'
import { delivery } from './delivery.ts'
import { order } from './order.ts'

/** What each route promises, from cards and mappings alone: it needs nothing that runs. */
export const planOf = (declared: Declared, names: Names): Plan => ({
  routes: declaredRoutes(declared).map((route) => ({
    source: route.source.name, model: route.model.model, target: route.target.name,
    from: names.topic(route.source.topic), through: names.canonical(route.model.model),
    delivery: delivery(route.target, route.model), order: order(route),
  })),
})
