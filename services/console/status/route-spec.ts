import type { Names } from '../../runtime/names.ts'
import { type Declared, declaredRoutes } from '../../../canonical/declared-route.ts'
import type { RouteSpec } from './evidence.ts'

/** The routes that a status is about, with the topics and groups that they use in this hub. */
export const routeSpecs = (declared: Declared, names: Names): RouteSpec[] => declaredRoutes(declared).map(({ source, model, target }) => ({
  source: source.name, model: model.model, target: target.name,
  sourceTopic: names.topic(source.topic), sourcePartitions: source.partitions, translatorGroup: names.translatorGroup(source.name),
  canonicalTopic: names.canonical(model.model), canonicalPartitions: model.partitions,
}))
