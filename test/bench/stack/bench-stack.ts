import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { build } from '../../../deploy/local/build.ts'
import { jars } from '../../../deploy/local/jars.ts'
import { startKafka, startKafkaCluster } from '../../../deploy/local/kafka.ts'
import { startPostgres, type Postgres } from '../../../deploy/local/postgres.ts'
import { lastLines, type Running, stopAll } from '../../../deploy/local/process.ts'
import { reasonsUnready, startProgram, type Program } from '../../../deploy/local/program.ts'
import { project } from '../../../deploy/local/project.ts'
import { startRegistry } from '../../../deploy/local/registry.ts'
import { neededTools } from '../../../deploy/local/tools.ts'
import { Admin } from '../../../services/runtime/kafka/admin.ts'
import { kafkaConnection, type KafkaConnection } from '../../../services/runtime/kafka/connection.ts'
import type { Watched } from '../measure/drain.ts'

/** What a program is started with: modules of the benchmark in the place of the product's, by their place in dist/. */
export interface ProgramStart { readonly name?: string; readonly env: Readonly<Record<string, string>>; readonly swaps?: Readonly<Record<string, string>>; readonly nodeArgs?: readonly string[] }

/** Broker, registry and database of the benchmark's own, with fsync on, in a temporary folder; and the product's programs from dist/. */
export class BenchStack implements AsyncDisposable {
  readonly folder: string
  readonly brokers: string
  readonly brokerPids: readonly number[]
  readonly registryUrl: string
  readonly registryPid: number
  readonly postgres: Postgres
  readonly java: string
  readonly kafka: KafkaConnection
  readonly admin: Admin
  #programs = 0

  private constructor(at: { folder: string; brokers: string; brokerPids: readonly number[]; registry: { url: string; pid: number }; postgres: Postgres; java: string }) {
    this.folder = at.folder
    this.brokers = at.brokers
    this.brokerPids = at.brokerPids
    this.registryUrl = at.registry.url
    this.registryPid = at.registry.pid
    this.postgres = at.postgres
    this.java = at.java
    this.kafka = kafkaConnection({ brokers: at.brokers.split(','), clientId: 'bench' })
    this.admin = new Admin(this.kafka)
  }

  static async start({ brokers }: { brokers: 1 | 3 }, say: (doing: string) => void): Promise<BenchStack> {
    const java = neededTools()
    const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'))
    chmodSync(folder, 0o755)
    folders.add(folder)
    say('compiling')
    const { problems } = await build()
    if (problems !== '') say('the compiler complains, see .hub/logs/build.log; what it wrote is used all the same')
    const options = { java, jars: await jars(), folder: join(folder, 'kafka'), log: join(folder, 'kafka.log'), heap: '512m', thorough: true }
    say(`starting ${brokers === 1 ? 'a broker' : 'three brokers'}, registry and PostgreSQL`)
    const starting = [
      brokers === 1 ? startKafka(options).then((it) => ({ address: it.brokers, brokers: [it] })) : startKafkaCluster(options),
      startPostgres({ folder: join(folder, 'postgres'), log: join(folder, 'postgres.log') }).then(async (postgres) =>
        ({ postgres, registry: await startRegistry({ java, jars: options.jars, database: await postgres.database('registry'), log: join(folder, 'registry.log') }) })),
    ] as const
    // Whatever fails: the other must not go on starting while everything is removed.
    await Promise.allSettled(starting)
    const [kafka, { postgres, registry }] = await Promise.all(starting)
    return new BenchStack({ folder, brokers: kafka.address, brokerPids: kafka.brokers.map((it) => it.pid), registry, postgres, java: java.command })
  }

  /** One of the product's programs, as `npm start` starts it. */
  async program(program: string, { name = program, env, swaps = {}, nodeArgs = [] }: ProgramStart): Promise<Program> {
    const hook = Object.keys(swaps).length === 0 ? [] : ['--import', pathToFileURL(join(project, 'dist', 'test', 'faults', 'instead.js')).href]
    return startProgram(program, {
      name, nodeArgs: [...hook, ...nodeArgs], log: join(this.folder, 'logs', `${++this.#programs}-${name}.log`),
      env: {
        HUB_KAFKA_BROKERS: this.brokers, HUB_REGISTRY_URL: this.registryUrl, ...env,
        TEST_INSTEAD: Object.entries(swaps).map(([original, replacement]) => `${original}=test/bench/in-place/${replacement}`).join(','),
      },
    })
  }

  /** Whose CPU counts as what while these programs work. */
  watched(programs: readonly Pick<Running, 'pid'>[]): Watched {
    return { program: programs.map((it) => it.pid), broker: this.brokerPids, database: [this.postgres.pid], rest: [this.registryPid] }
  }

  /** Throws, with the end of its log, when the program has ended. */
  mustRun(program: Running): void {
    if (program.exit() !== undefined) throw new Error(`${program.name} has ended:\n${lastLines(program.log)}`)
  }

  /** Waits until a program has what it needs and its partitions. */
  async settled(program: Program, withinMs = 30_000): Promise<void> {
    for (const until = Date.now() + withinMs; ; await sleep(50)) {
      this.mustRun(program)
      const reasons = await reasonsUnready(program.url)
      if (Object.keys(reasons).length === 0 && /"state":"running"/.test(readFileSync(program.log, 'utf8'))) return
      if (Date.now() > until) throw new Error(`${program.name} was not ready after ${withinMs / 1000} s: ${JSON.stringify(reasons)}`)
    }
  }

  /** Records behind the positions of these groups. */
  async handled(groups: readonly string[]): Promise<number> {
    return (await Promise.all(groups.map((it) => this.admin.groupOffsets(it)))).flat().reduce((sum, it) => sum + Math.max(it.offset, 0), 0)
  }

  /** Where readers of committed records end. */
  async end(topic: string): Promise<number> { return (await this.admin.topicOffsets(topic, 'lastStable')).reduce((sum, it) => sum + it, 0) }

  async dropDatabase(name: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.postgres.url('postgres') })
    await client.connect()
    try { await client.query(`drop database "${name}" with (force)`) } finally { await client.end() }
  }

  /** A folder of the run's own. */
  scratch(name: string): string {
    const folder = join(this.folder, name)
    mkdirSync(folder, { recursive: true })
    return folder
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kafka.close()
    await stopEverything()
  }
}

const folders = new Set<string>()
/** Every process by its own id, then the data. */
export async function stopEverything(): Promise<void> {
  await stopAll()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  folders.clear()
}
