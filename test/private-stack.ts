import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startKafka, startKafkaCluster } from '../deploy/local/kafka.ts'
import { startPostgres } from '../deploy/local/postgres.ts'
import { freePort } from '../deploy/local/ports.ts'
import type { Exit, Running } from '../deploy/local/process.ts'
import { startRegistry } from '../deploy/local/registry.ts'

/** A server that a test may take down and bring back, at the same port and with the same data. */
export interface Private extends AsyncDisposable {
  pid(): number
  stop(): Promise<Exit>
  kill(): Promise<Exit>
  freeze(): void
  thaw(): void
  start(): Promise<void>
  dispose(): Promise<void>
}

/** Listeners beside the plain one, by name: what is spoken there. */
type Listeners<Name extends string> = Readonly<Record<Name, 'SSL' | 'SASL_SSL' | 'SASL_PLAINTEXT'>>

/** A broker of the test's own, with its data in `folder`; `at` says where its further listeners are. */
export async function privateKafka<Name extends string = never>(
  settings: Readonly<Record<string, string | number>> = {}, more: { listeners?: Listeners<Name>; users?: readonly string[]; port?: number } = {},
): Promise<Private & { brokers: string; port: number; folder: string; at: Readonly<Record<Name, string>> }> {
  const { java, jars } = inject('stack')
  const [port, controllerPort, folder] = [more.port ?? await freePort(), await freePort(), temporary('kafka')]
  const spoken = Object.entries(more.listeners ?? {}), at = {} as Record<Name, string>
  for (const name of Object.keys(more.listeners ?? {}) as Name[]) at[name] = `127.0.0.1:${await freePort()}`
  const all = [['PLAINTEXT', `127.0.0.1:${port}`], ...Object.entries(at)].map(([name, place]) => `${name}://${place}`).join(',')
  const listening = spoken.length === 0 ? {} : {
    'listeners': `${all},CONTROLLER://127.0.0.1:${controllerPort}`, 'advertised.listeners': all,
    'listener.security.protocol.map': ['PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT', ...spoken.map((it) => it.join(':'))].join(','),
  }
  const server = await restartable(folder, () => startKafka({ java, jars, folder, log: `${folder}.log`, port, controllerPort, users: more.users, settings: { ...listening, ...settings } }))
  return { ...server, port, folder, brokers: `127.0.0.1:${port}`, at }
}

/** Three brokers with replication 3, each of which can be taken down. */
export async function privateKafkaCluster(settings: Readonly<Record<string, string | number>> = {}): Promise<{ brokers: string; nodes: readonly Private[]; dispose(): Promise<void> }> {
  const { java, jars } = inject('stack')
  const folder = temporary('kafka')
  const cluster = await startKafkaCluster({ java, jars, folder, log: join(folder, 'kafka.log'), settings })
  const nodes = await Promise.all(cluster.brokers.map((broker, i) => restartable(join(folder, `${i + 1}`), () => cluster.again(i), broker)))
  return { brokers: cluster.address, nodes, dispose: async () => { await Promise.all(nodes.map((node) => node.dispose())); rmSync(folder, { recursive: true, force: true }) } }
}

/** A PostgreSQL of the test's own. */
export async function privatePostgres(): Promise<Private & { port: number; url(database: string): string; database(name: string): Promise<string> }> {
  const [port, folder] = [await freePort(), temporary('postgres')]
  const first = await startPostgres({ folder: join(folder, 'data'), log: `${folder}.log`, port, fsync: false })
  const server = await restartable(folder, () => startPostgres({ folder: join(folder, 'data'), log: `${folder}.log`, port, fsync: false }), first)
  return { ...server, port, url: first.url, database: first.database }
}

/** A registry of the test's own; its schemas lie in the given database. */
export async function privateRegistry(database: string): Promise<Private & { url: string }> {
  const { java, jars } = inject('stack')
  const [port, managementPort, folder] = [await freePort(), await freePort(), temporary('registry')]
  const first = await startRegistry({ java, jars, database, log: `${folder}.log`, port, managementPort })
  return { ...await restartable(folder, () => startRegistry({ java, jars, database, log: `${folder}.log`, port, managementPort }), first), url: first.url }
}

function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `tributary-${name}-`))
  chmodSync(folder, 0o755)
  return folder
}

async function restartable(folder: string, start: () => Promise<Running>, first?: Running): Promise<Private> {
  let running = first ?? await start()
  const dispose = async () => {
    running.kill('SIGKILL')
    await running.exited
    rmSync(folder, { recursive: true, force: true })
    rmSync(`${folder}.log`, { force: true })
  }
  return {
    pid: () => running.pid,
    stop: () => running.stop(),
    kill: () => { running.kill('SIGKILL'); return running.exited },
    freeze: () => running.kill('SIGSTOP'),
    thaw: () => running.kill('SIGCONT'),
    start: async () => { running = await start() },
    dispose, [Symbol.asyncDispose]: dispose,
  }
}
