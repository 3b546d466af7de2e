import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { postgresFolder } from './data-folder.ts'
import { readEndpoints, type Endpoints } from './endpoints.ts'
import type { Java } from './java.ts'
import { jars, type Jars } from './jars.ts'
import { startKafka } from './kafka.ts'
import { keptPorts } from './ports.ts'
import { startPostgres } from './postgres.ts'
import { launch } from './process.ts'
import { project } from './project.ts'
import { startRegistry } from './registry.ts'
import type { Steps } from './steps.ts'
import { neededTools } from './tools.ts'

/** What is to be started is what the environment does not give. */
type Given = Partial<Endpoints>

export const given = (env: NodeJS.ProcessEnv = process.env): Given => Object.fromEntries(Object.entries({
  kafka: env['HUB_KAFKA_BROKERS'], registry: env['HUB_REGISTRY_URL'], ledger: env['HUB_LEDGER_URL'],
  warehouse: env['HUB_TARGET_WAREHOUSE_POSTGRES_URL'], crm: env['HUB_TARGET_CRM_HTTP_URL'], crmState: env['HUB_TARGET_CRM_HTTP_STATE_URL'],
  token: env['HUB_CONSOLE_TOKEN'],
}).filter(([, value]) => value !== undefined && value !== ''))

interface Tools { java: Java; jars: Jars }

/** Says what is missing before anything is started. */
export function checkTools(at: Given, env: NodeJS.ProcessEnv = process.env): void {
  if (at.kafka === undefined || at.registry === undefined) neededTools(env)
}

const preferredPorts = { kafka: 9092, controller: 9093, registry: 8081, registryManagement: 8082, postgres: 5432, crm: 4010, console: 7300 }
type Ports = typeof preferredPorts

/** Starts what is not given, side by side where possible. */
export class Infrastructure {
  readonly #data: string
  readonly #at: Given
  readonly #steps: Steps
  #tools: Promise<Tools> | undefined

  constructor(data: string, at: Given, steps: Steps) { this.#data = data; this.#at = at; this.#steps = steps }

  async start(): Promise<Endpoints> {
    keepLogsOfLastTime(join(this.#data, 'logs'))
    const ports = await keptPorts(join(this.#data, 'ports.json'), preferredPorts)
    const [kafka, stores, crm] = await allOrFirstFailure([
      this.#at.kafka ?? this.#kafka(ports), this.#stores(ports), this.#at.crm ?? this.#crm(ports),
    ] as const)
    const token = this.#at.token ?? readEndpoints(this.#data)?.token ?? randomBytes(24).toString('base64url')
    return { kafka, ...stores, crm, console: `http://127.0.0.1:${ports.console}`, token }
  }

  #fetched(): Promise<Tools> {
    return this.#tools ??= this.#steps.run('Jars', async (say) => ({ java: neededTools(), jars: await jars(say) }), (found) => `${found.jars.folder}, Java ${found.java.major}`)
  }

  async #kafka(ports: Ports): Promise<string> {
    const tools = await this.#fetched()
    const broker = await this.#steps.run('Kafka', () => startKafka({
      ...tools, folder: join(this.#data, 'kafka'), log: this.#log('kafka'), port: ports.kafka, controllerPort: ports.controller, archive: 'write',
    }), ({ brokers }) => brokers)
    return broker.brokers
  }

  async #stores(ports: Ports): Promise<Pick<Endpoints, 'ledger' | 'warehouse' | 'crmState' | 'registry'>> {
    const { ledger, warehouse, crmState, registry } = this.#at
    if (ledger !== undefined && warehouse !== undefined && crmState !== undefined && registry !== undefined) return { ledger, warehouse, crmState, registry }
    const postgres = await this.#steps.run('PostgreSQL', () => startPostgres({ folder: postgresFolder(this.#data), log: this.#log('postgres'), port: ports.postgres }),
      ({ port }) => `127.0.0.1:${port}`)
    return {
      ledger: ledger ?? await postgres.database('ledger'),
      warehouse: warehouse ?? await postgres.database('warehouse'),
      crmState: crmState ?? await postgres.database('crm_state'),
      registry: registry ?? await this.#registry(ports, await postgres.database('registry')),
    }
  }

  async #registry(ports: Ports, database: string): Promise<string> {
    const tools = await this.#fetched()
    const registry = await this.#steps.run('Schema registry', () => startRegistry({
      ...tools, database, log: this.#log('registry'), port: ports.registry, managementPort: ports.registryManagement, archive: 'write',
    }), ({ url }) => url)
    return registry.url
  }

  async #crm(ports: Ports): Promise<string> {
    const url = `http://127.0.0.1:${ports.crm}`
    await this.#steps.run('Sample CRM API', () => launch({
      name: 'Sample CRM API', stage: 'server', command: process.execPath, args: [join(project, 'deploy/local/crm/main.ts')], log: this.#log('crm'), cwd: project, stopWithin: 3_000,
      env: { ...process.env, CRM_PORT: `${ports.crm}`, CRM_DATA: join(this.#data, 'crm') },
      ready: () => fetch(url, { signal: AbortSignal.timeout(1_000) }).then(() => true),
    }), () => url)
    return url
  }

  #log(name: string): string { return join(this.#data, 'logs', `${name}.log`) }
}

function keepLogsOfLastTime(logs: string): void {
  rmSync(`${logs}.previous`, { recursive: true, force: true })
  if (existsSync(logs)) renameSync(logs, `${logs}.previous`)
  mkdirSync(logs, { recursive: true })
}

// Promise.all would leave the others starting up behind our back.
async function allOrFirstFailure<T extends readonly unknown[]>(work: T): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
