import { hostname } from 'node:os'
import type { KafkaSettings } from './kafka/connection.ts'
import { belongTogether, certificates, privateKey } from './pem.ts'

/** One setting of a program: the variable it is read from, what it is for, and what its text means. */
export interface Setting<T> {
  readonly env: string
  readonly says: string
  readonly fallback?: string
  readonly secret?: true
  readonly read: (text: string) => T
}

export const text = (value: string): string => value
export const list = (value: string): readonly string[] => value.split(',').map((it) => it.trim()).filter((it) => it !== '')
export function wholeNumber(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new Error('expected a whole number')
  return Number(value)
}
export function flag(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new Error('expected true or false')
  return value === 'true'
}
export function url(value: string): string {
  // `localhost:8081` parses as well, with localhost as its scheme.
  if (!URL.canParse(value) || !value.includes('://')) throw new Error('expected a URL')
  return value
}
export const optional = <T>(read: (text: string) => T) => (value: string): T | null => (value === '' ? null : read(value))

/** What every program reads. */
export const common = {
  hubName: { env: 'HUB_NAME', says: 'Prefix of topics, groups and transactional ids, so that several hubs can share a cluster. Empty: no prefix.', fallback: '', read: text },
  instance: { env: 'HUB_INSTANCE', says: 'Stable name of this process, such as the pod\'s. When set, a restart within the session timeout is invisible to the others.', fallback: '', read: optional(text) },
  httpHost: { env: 'HUB_HTTP_HOST', says: 'Address that health and metrics are served on.', fallback: '127.0.0.1', read: text },
  httpPort: { env: 'HUB_HTTP_PORT', says: 'Port for /health/live, /health/ready and /metrics. 0 takes a free one and logs it.', fallback: '0', read: wholeNumber },
  brokers: { env: 'HUB_KAFKA_BROKERS', says: 'Kafka brokers as host:port, separated by commas.', read: brokers },
  tls: { env: 'HUB_KAFKA_TLS', says: 'true to speak TLS to Kafka.', fallback: 'false', read: flag },
  tlsCa: { env: 'HUB_KAFKA_TLS_CA', says: 'Certificate of the authority that signed the brokers\' certificates: a PEM file, or its text. Empty: the authorities that Node knows.', fallback: '', read: optional(certificates) },
  tlsCert: { env: 'HUB_KAFKA_TLS_CERT', says: 'Our own certificate, where the brokers ask for one: a PEM file, or its text.', fallback: '', read: optional(certificates) },
  tlsKey: { env: 'HUB_KAFKA_TLS_KEY', says: 'Key of our own certificate, without a passphrase: a PEM file, or its text.', fallback: '', secret: true, read: optional(privateKey) },
  saslMechanism: { env: 'HUB_KAFKA_SASL_MECHANISM', says: 'plain, scram-sha-256 or scram-sha-512. Empty: no SASL.', fallback: '', read: optional(mechanism) },
  saslUsername: { env: 'HUB_KAFKA_SASL_USERNAME', says: 'User name for SASL.', fallback: '', read: text },
  saslPassword: { env: 'HUB_KAFKA_SASL_PASSWORD', says: 'Password for SASL.', fallback: '', secret: true, read: text },
} satisfies Settings

/** Added by the programs that read or write Avro. */
export const registry = {
  registryUrl: { env: 'HUB_REGISTRY_URL', says: 'Schema registry (Confluent API), with user and password in the URL where it asks for them.', secret: true, read: url },
} satisfies Settings

/** Added by the programs that hold consumer groups. */
export const stream = {
  sessionMs: { env: 'HUB_SESSION_MS', says: 'How long a silent member keeps its partitions.', fallback: '6000', read: wholeNumber },
  chunkRecords: { env: 'HUB_CHUNK_RECORDS', says: 'Most records in one transaction.', fallback: '4000', read: wholeNumber },
  chunkBytes: { env: 'HUB_CHUNK_BYTES', says: 'Most bytes in one transaction.', fallback: '3000000', read: wholeNumber },
  chunkWaitMs: { env: 'HUB_CHUNK_WAIT_MS', says: 'How long a chunk may wait to fill up.', fallback: '50', read: wholeNumber },
} satisfies Settings

/** Added by the programs that use the hub's own database. */
export const ledger = {
  ledgerUrl: { env: 'HUB_LEDGER_URL', says: 'PostgreSQL database of the hub itself: books, audit, findings.', secret: true, read: url },
} satisfies Settings

/** A setting of one target, such as HUB_TARGET_WAREHOUSE_POSTGRES_URL. */
export const ofTarget = <T>(target: string, name: string, setting: Omit<Setting<T>, 'env'>): Setting<T> =>
  ({ env: `HUB_TARGET_${`${target}-${name}`.replaceAll('-', '_').toUpperCase()}`, ...setting })

export type Settings = Readonly<Record<string, Setting<unknown>>>
export type Values<S extends Settings> = { readonly [K in keyof S]: ReturnType<S[K]['read']> }

/** Reads all of them, or says everything that is wrong in one go. */
export function readSettings<S extends Settings>(settings: S, env: NodeJS.ProcessEnv = process.env): Values<S> {
  const wrong: string[] = []
  const values = Object.fromEntries(Object.entries(settings).map(([name, setting]) => {
    const given = env[setting.env] ?? setting.fallback
    if (given === undefined) { wrong.push(`${setting.env} is not set. ${setting.says}`); return [name, undefined] }
    try { return [name, setting.read(given)] } catch (error) {
      wrong.push(`${setting.env}${setting.secret ? '' : `=${given}`}: ${(error as Error).message}. ${setting.says}`)
      return [name, undefined]
    }
  }))
  if (wrong.length > 0) throw new SettingsWrong(wrong)
  return values as Values<S>
}

export class SettingsWrong extends Error {
  override readonly name = 'SettingsWrong'
  constructor(wrong: readonly string[]) { super(`settings.wrong: ${wrong.join('\n  ')}`) }
}

export function kafkaSettings(values: Values<typeof common>, program: string): KafkaSettings {
  const { tlsCa: ca, tlsCert: cert, tlsKey: key } = values
  const wrong = contradictions(values)
  if (wrong.length > 0) throw new SettingsWrong(wrong)
  return {
    brokers: [...values.brokers],
    clientId: `tributary-${program}-${values.instance ?? hostname()}`,
    ...(values.tls ? { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } } : {}),
    ...(values.saslMechanism ? { sasl: { mechanism: values.saslMechanism, username: values.saslUsername, password: values.saslPassword } } : {}),
  }
}

/** What is right by itself and wrong together. Nothing that was set is left out in silence. */
function contradictions({ tls, tlsCa, tlsCert, tlsKey, saslMechanism, saslUsername, saslPassword }: Values<typeof common>): string[] {
  const wrong: string[] = []
  if (!tls && (tlsCa ?? tlsCert ?? tlsKey) !== null) wrong.push('HUB_KAFKA_TLS is not true, and certificates for it are set.')
  if ((tlsCert === null) !== (tlsKey === null)) wrong.push('HUB_KAFKA_TLS_CERT and HUB_KAFKA_TLS_KEY go together, and one of them is missing.')
  if (tlsCert !== null && tlsKey !== null && !belongTogether(tlsCert, tlsKey)) wrong.push('HUB_KAFKA_TLS_KEY is the key of another certificate than HUB_KAFKA_TLS_CERT.')
  if (saslMechanism === null && (saslUsername !== '' || saslPassword !== '')) wrong.push('HUB_KAFKA_SASL_MECHANISM is empty, and a user or password for it is set.')
  if (saslMechanism !== null && (saslUsername === '' || saslPassword === '')) wrong.push('HUB_KAFKA_SASL_MECHANISM is set, and HUB_KAFKA_SASL_USERNAME or HUB_KAFKA_SASL_PASSWORD is missing.')
  return wrong
}

function brokers(value: string): readonly string[] {
  const places = list(value)
  if (places.length === 0 || !places.every((it) => /^([\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i.test(it))) throw new Error('expected host:port')
  return places
}

function mechanism(value: string): 'plain' | 'scram-sha-256' | 'scram-sha-512' {
  if (value === 'plain' || value === 'scram-sha-256' || value === 'scram-sha-512') return value
  throw new Error('expected plain, scram-sha-256 or scram-sha-512')
}
