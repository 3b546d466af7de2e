/** A rival that the driver knows, as it is run here. */
export interface KnownPeer {
  readonly peer: string
  readonly task: 'translate' | 'sink'
  readonly guarantee: string
  readonly setup?: string
  readonly env?: Readonly<Record<string, string>>
  /** What the driver's folder of built things has when it can be run. */
  readonly needs: string
}

const java = 'lib/streams', debezium = 'plugins/debezium-connector-jdbc', bento = 'bin/bento'
const upsert = 'at least once, upsert without a guard by version'

export const knownPeers: readonly KnownPeer[] = [
  { peer: 'streams-eos', task: 'translate', needs: java, guarantee: 'exactly once (exactly_once_v2); no contract, no books, no dead letters' },
  { peer: 'raw-tx', task: 'translate', needs: java, guarantee: 'exactly once by transactions, plain Java clients; no contract, no books, no dead letters' },
  { peer: 'streams-alo', task: 'translate', needs: java, guarantee: 'at least once' },
  { peer: 'raw-alo', task: 'translate', needs: java, guarantee: 'at least once, plain Java clients' },
  { peer: 'bento-translate', task: 'translate', needs: bento, guarantee: 'at least once' },
  { peer: 'debezium-avro', task: 'sink', needs: debezium, setup: '2 tasks', env: { TASKS: '2' }, guarantee: upsert },
  { peer: 'debezium-avro-plain', task: 'sink', needs: debezium, setup: '2 tasks, without UNNEST', env: { TASKS: '2' }, guarantee: upsert },
  { peer: 'bento-sink', task: 'sink', needs: bento, guarantee: 'at least once, upsert guarded by version' },
]
