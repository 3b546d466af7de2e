import { type Declared, declaredRoutes } from '../../../canonical/declared-route.ts'
import type { Names } from '../../runtime/names.ts'
import type { Feed } from './block-balance.ts'

/** A source as the balance watches it: what has to arrive where. */
export interface Watched { readonly source: string; readonly topic: string; readonly feeds: readonly Feed[]; readonly targets: readonly string[] }

/** Which targets a model has is what their cards say. */
export function watched(declared: Declared, names: Names): Watched[] {
  const routes = Map.groupBy(declaredRoutes(declared), ({ source }) => source)
  return [...routes].map(([{ name, topic }, these]) => ({
    source: name, topic: names.topic(topic),
    feeds: these.map(({ model, target }) => ({ model: model.model, target: target.name })), targets: [...new Set(these.map(({ target }) => target.name))],
  }))
}
