import { modelCards } from '../../canonical/cards/index.generated.ts'
import { tablesOf } from '../../canonical/rules.ts'
import { schemaText } from '../../canonical/schemas.ts'
import { Admin } from '../../services/runtime/kafka/admin.ts'
import { kafkaConnection, type KafkaSettings } from '../../services/runtime/kafka/connection.ts'
import { names } from '../../services/runtime/names.ts'
import { Registry } from '../../services/runtime/registry.ts'
import { canonicalTopic, hubTopics, sourceTopics, tableTopic, targetTopics, type TopicSpec } from '../../services/runtime/topics.ts'
import { targets } from '../../services/sink/targets/index.generated.ts'
import { sources } from '../../services/translator/sources/index.generated.ts'

/** Every topic that the cards ask for. */
export function wantedTopics(hub: string): readonly TopicSpec[] {
  const of = names(hub)
  const models = Object.values(modelCards)
  return [
    ...hubTopics(of),
    ...Object.values(sources).flatMap(({ card }) => sourceTopics(of, card)),
    ...tablesOf(Object.values(sources).flatMap(({ source }) => source.ruled)).map((card) => tableTopic(of, card)),
    ...models.map((card) => canonicalTopic(of, card)),
    ...targets.flatMap(({ card }) => targetTopics(of, card, models)),
  ]
}

/** Creates the topics that are missing. What is there stays as it is. */
export async function createTopics(settings: KafkaSettings, wanted: readonly TopicSpec[]): Promise<void> {
  const kafka = kafkaConnection(settings)
  try { await new Admin(kafka).ensureTopics(wanted) } finally { await kafka.close() }
}

/** Registers schemas/ as they lie there; the registry refuses what subscribers could not read any more. */
export async function registerSchemas(registryUrl: string, hub: string, wanted: readonly TopicSpec[]): Promise<number> {
  const registry = new Registry(registryUrl)
  const of = names(hub)
  const own = wanted.flatMap(({ topic, schema }) => (schema === undefined ? [] : [{ subject: of.subject(topic), schema }]))
  for (const { subject, schema } of own) {
    await registry.register(subject, schemaText(schema), schema in modelCards ? 'FULL_TRANSITIVE' : 'BACKWARD_TRANSITIVE')
  }
  return own.length
}
