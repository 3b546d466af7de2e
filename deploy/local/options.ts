export interface Options { samples: boolean; only: 'infra' | 'all' }

export const usage = `npm start -- [options]

Starts the whole hub on this machine: Kafka, schema registry, PostgreSQL, a sample CRM API, the four programs and a sample feed.
Ctrl-C stops all of it. What it keeps lies in .hub/ (or where HUB_DATA says) and survives a restart; npm run reset forgets it.

  --no-samples   without the sample feed
  --only infra   Kafka, registry, PostgreSQL and CRM API only, with topics and schemas; no programs, no feed
  --help         this text

Own infrastructure instead: what these variables name is used and not started.
  HUB_KAFKA_BROKERS                   brokers as host:port, separated by commas
    HUB_KAFKA_TLS=true                  over TLS; HUB_KAFKA_TLS_CA: their authority, HUB_KAFKA_TLS_CERT and _KEY: our own pair (PEM files or texts)
    HUB_KAFKA_SASL_MECHANISM            plain, scram-sha-256 or scram-sha-512, with HUB_KAFKA_SASL_USERNAME and HUB_KAFKA_SASL_PASSWORD
  HUB_REGISTRY_URL                    schema registry, Confluent API
  HUB_LEDGER_URL                      PostgreSQL database of the hub itself
  HUB_TARGET_WAREHOUSE_POSTGRES_URL   PostgreSQL database that the warehouse sink feeds
  HUB_TARGET_CRM_HTTP_URL             the API that the CRM sink feeds
  HUB_TARGET_CRM_HTTP_STATE_URL       PostgreSQL database for the CRM sink's state
`

export class UsageError extends Error { override readonly name = 'UsageError' }

/** Reads the command line of npm start; null asks for the usage. */
export function readOptions(args: readonly string[]): Options | null {
  const options: Options = { samples: true, only: 'all' }
  const rest = [...args]
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--help' || arg === '-h') return null
    else if (arg === '--no-samples') options.samples = false
    else if (arg === '--only' || arg.startsWith('--only=')) {
      const value = arg === '--only' ? rest.shift() : arg.slice('--only='.length)
      if (value !== 'infra') throw new UsageError(`--only knows infra, not ${value ?? 'nothing'}.`)
      options.only = 'infra'
    } else throw new UsageError(`There is no option ${arg}.`)
  }
  return options
}
