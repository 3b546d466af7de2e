import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where everything is: what `.hub/endpoints.json` says while the stack runs, and afterwards where it last was. */
export interface Endpoints {
  /** host:port, separated by commas. */
  kafka: string
  registry: string
  ledger: string
  warehouse: string
  crm: string
  crmState: string
  /** The console's API; the hub command reads it and the token. */
  console: string
  token: string
}

const file = (data: string): string => join(data, 'endpoints.json')

export function writeEndpoints(data: string, endpoints: Endpoints): void {
  writeFileSync(file(data), `${JSON.stringify(endpoints, null, 2)}\n`)
  // The token lets its reader command the hub.
  chmodSync(file(data), 0o600)
}

export function readEndpoints(data: string): Endpoints | null {
  return existsSync(file(data)) ? JSON.parse(readFileSync(file(data), 'utf8')) as Endpoints : null
}

/** The same as variables, as the programs read them. */
export const programEnv = (at: Endpoints): Record<string, string> => ({
  HUB_KAFKA_BROKERS: at.kafka, HUB_REGISTRY_URL: at.registry, HUB_LEDGER_URL: at.ledger,
  HUB_TARGET_WAREHOUSE_POSTGRES_URL: at.warehouse, HUB_TARGET_CRM_HTTP_URL: at.crm, HUB_TARGET_CRM_HTTP_STATE_URL: at.crmState,
  HUB_CONSOLE_PORT: new URL(at.console).port, HUB_CONSOLE_TOKEN: at.token,
})
