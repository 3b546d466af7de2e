import type { Endpoint, Status } from '../api/status.schema.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import { asked, notGiven } from '../asked.ts'
import type { Declared } from '../../../canonical/declared-route.ts'
import { booksStandStill } from '../adopt/books-stand-still.ts'
import { assemble } from './assemble.ts'
import { endpoint } from './endpoints.ts'
import { kafkaEvidence } from './kafka-evidence.ts'
import { ledgerEvidence } from './ledger-evidence.ts'
import { routeSpecs } from './route-spec.ts'

export interface Surrounding {
  readonly hub: string
  readonly names: Names
  readonly declared: Declared
  /** null: the console was not told where it is. */
  readonly kafka: Cluster | null
  readonly ledger: Ledger | null
  /** By name: the address, and the setting that tells it. */
  readonly places: Readonly<Record<string, { url: string | null; env: string }>>
  /** The console itself, once it listens. */
  readonly self: () => string
}

/** Asks everything at once; what does not answer is left out and named. */
export function wholeStatus({ hub, names, declared, kafka, ledger, places, self }: Surrounding): () => Promise<Status> {
  const routes = routeSpecs(declared, names)
  const groups = [...new Set(routes.map((it) => it.translatorGroup))]
  const units = [...declared.sources.map(({ card }) => card.name), ...declared.targets.map(({ name }) => name)]
  const topics = [...new Set([...routes.flatMap((it) => [it.sourceTopic, it.canonicalTopic]), names.receipts, names.states, ...units.map(names.rejected)])]
  return async () => {
    const [fromKafka, fromLedger, ...endpoints] = await Promise.all([
      kafka === null ? notGiven('kafka.not_given', 'HUB_KAFKA_BROKERS') : asked('kafka.unreachable', () => kafkaEvidence(kafka, topics, groups)),
      ledger === null ? notGiven('ledger.not_given', 'HUB_LEDGER_URL') : asked('ledger.unreachable', () => ledgerEvidence(ledger)),
      ...Object.entries(places).map(async ([name, { url, env }]): Promise<[string, Endpoint]> => [name, await endpoint(url, env)]),
    ])
    const moved = kafka === null || ledger === null ? null : await asked('kafka.unreachable', () => booksStandStill({ cluster: kafka, ledger, names, units }))
    return assemble({
      now: new Date(), hub, routes, statesTopic: names.states, kafka: fromKafka.found, ledger: fromLedger.found, lacks: [...[fromKafka, fromLedger].flatMap(({ lack }) => lack ?? []), ...moved?.found ?? []],
      endpoints: { ...Object.fromEntries(endpoints), console: { url: self(), reachable: true, trouble: null } },
    })
  }
}
