import { testHub, type TestHub } from '../hub.ts'
import { Route } from '../route.ts'
import { Warehouse } from './warehouse.ts'

export interface TranslatedFeed extends AsyncDisposable { readonly hub: TestHub; readonly route: Route; readonly warehouse: Warehouse }

/** A hub whose canonical topics are full, and a warehouse that nobody has written into yet. */
export async function translatedFeed(name: string, count: number): Promise<TranslatedFeed> {
  const hub = testHub(name), route = await Route.provision(hub)
  const warehouse = await Warehouse.open(route, await hub.createDatabase('warehouse'))
  await route.feed(count, { seed: name, bad: 0.01 })
  const translator = await hub.start('translator')
  await route.translated()
  await translator.stop()
  return { hub, route, warehouse, async [Symbol.asyncDispose]() { await route[Symbol.asyncDispose](); await warehouse[Symbol.asyncDispose]() } }
}
