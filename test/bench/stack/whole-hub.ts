import { join } from 'node:path'
import { type Endpoints, programEnv } from '../../../deploy/local/endpoints.ts'
import { freePort } from '../../../deploy/local/ports.ts'
import { launch } from '../../../deploy/local/process.ts'
import type { Program } from '../../../deploy/local/program.ts'
import { project } from '../../../deploy/local/project.ts'
import { createTopics, registerSchemas, wantedTopics } from '../../../deploy/local/provision.ts'
import { migrate } from '../../../services/runtime/ledger/migrate.ts'
import { targets } from '../../../services/sink/targets/index.generated.ts'
import type { BenchStack } from './bench-stack.ts'

export interface WholeHub { readonly endpoints: Endpoints; readonly programs: readonly Program[] }

/** All programs with the product's own sources and targets, as after `npm start`. */
export async function startWholeHub(stack: BenchStack): Promise<WholeHub> {
  const wanted = wantedTopics(''), crmPort = await freePort(), database = (name: string) => stack.postgres.database(name)
  const endpoints: Endpoints = {
    kafka: stack.brokers, registry: stack.registryUrl, ledger: await database('ledger'), warehouse: await database('warehouse'), crmState: await database('crm_state'),
    crm: `http://127.0.0.1:${crmPort}`, console: `http://127.0.0.1:${await freePort()}`, token: 'the-token-of-a-benchmark',
  }
  await Promise.all([
    migrate(endpoints.ledger), createTopics({ brokers: stack.brokers.split(','), clientId: 'bench' }, wanted), registerSchemas(stack.registryUrl, '', wanted),
    launch({
      name: 'Sample CRM API', stage: 'server', command: process.execPath, args: [join(project, 'deploy/local/crm/main.ts')], log: join(stack.folder, 'crm.log'), cwd: project, stopWithin: 3_000,
      env: { ...process.env, CRM_PORT: `${crmPort}`, CRM_DATA: stack.scratch('crm') },
      ready: () => fetch(endpoints.crm, { signal: AbortSignal.timeout(1_000) }).then(() => true),
    }),
  ])
  const start = (program: string, name: string, env: Readonly<Record<string, string>> = {}) => stack.program(program, { name, env: { ...programEnv(endpoints), HUB_INSTANCE: name, ...env } })
  const programs = await Promise.all([
    start('translator', 'translator'), ...targets.map(({ card }) => start('sink', `sink-${card.name}`, { HUB_TARGET: card.name })), start('reconciler', 'reconciler'), start('console', 'console'),
  ])
  return { endpoints, programs }
}
