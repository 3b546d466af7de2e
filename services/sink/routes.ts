import type { Route } from './route.ts'

/** The models that this process delivers, by the topics they are read from. */
export class Routes {
  readonly #routes: ReadonlyMap<string, Route>
  constructor(routes: readonly Route[]) { this.#routes = new Map(routes.flatMap((it) => [[it.topic, it], [it.redriveTopic, it]])) }

  of(topic: string): Route {
    const route = this.#routes.get(topic)
    if (route === undefined) throw new Error(`this sink does not read ${topic}`)
    return route
  }
  get all(): readonly Route[] { return [...new Set(this.#routes.values())] }
}
