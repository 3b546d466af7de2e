import type { ModelName } from '../canonical/models.generated.ts'
import { schemaText } from '../canonical/schemas.ts'
import type { NewRecord } from '../services/runtime/kafka/producer.ts'
import { Registry } from '../services/runtime/registry.ts'
import { asRecord } from '../services/sink/target-desk.ts'
import type { Delivery } from '../services/sink/targets/target.ts'
import type { TestHub } from './hub.ts'
import type { Route } from './route.ts'

/** Canonical records as the translator writes them, for one partition. */
export async function canonicalRecords(hub: TestHub, route: Route, model: ModelName = 'order.v1', partition = 0): Promise<(it: Delivery) => NewRecord> {
  const id = await new Registry(hub.registryUrl).idOf(route.names.subject(route.names.canonical(model)), schemaText(model))
  return (it) => {
    const { key, value, headers } = asRecord(it, 0, id)
    return { partition, key, value, headers: Object.fromEntries(headers.map((header) => [header.name, header.value!])) }
  }
}
