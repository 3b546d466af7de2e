import { kafkaConnection, type KafkaSettings } from '../../services/runtime/kafka/connection.ts'
import { Producer } from '../../services/runtime/kafka/producer.ts'
import { names } from '../../services/runtime/names.ts'
import { warehouseLocations } from '../../services/translator/sources/warehouse-locations.ts'

/** What the sample world knows beside its streams: the inventory database calls its only place after itself. */
export async function fillTables(settings: KafkaSettings, hub: string): Promise<void> {
  const kafka = kafkaConnection(settings)
  try {
    await new Producer(kafka).send(names(hub).topic(warehouseLocations.topic), [{ key: 'inventory', value: '{"says":"The warehouse of the inventory database."}' }])
  } finally { await kafka.close() }
}
