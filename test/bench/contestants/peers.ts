import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Bench } from '../bench.ts'
import type { Round } from '../measure/figure.ts'
import type { Contestant } from '../rounds.ts'
import type { KnownPeer } from './known-peers.ts'
import type { Facts } from '../workload/source-topic.ts'

/** What the rivals' driver says of a run, as far as it is read here. */
interface PeerLine {
  readonly peer: string; readonly guarantee: string; readonly verified: unknown; readonly records_per_s: number; readonly cpu_s_per_million: number; readonly rss_mb: number
  readonly steady_records_per_s?: number; readonly steady_cpu_s_per_million?: number; readonly broker_cpu_s_per_million?: number; readonly pg_cpu_s_per_million?: number
  readonly foreign_cores?: number
}

/** The rivals that a driver beside this project runs: on the same broker, topic and database, one after the other. */
export class Peers {
  readonly #bench: Bench
  readonly #folder: string
  readonly #work: string

  private constructor(bench: Bench, folder: string, work: string) { this.#bench = bench; this.#folder = folder; this.#work = work }

  static find(bench: Bench, wanted: readonly KnownPeer[], env: NodeJS.ProcessEnv = process.env): Peers | null {
    const absent = (why: string) => { bench.say(`${wanted.map((it) => it.peer).join(', ')} absent: ${why}`); return null }
    const folder = env['HUB_BENCH_PEERS']
    if (folder === undefined || folder === '') return absent('HUB_BENCH_PEERS names no folder')
    if (!existsSync(join(folder, 'run.cjs'))) return absent(`there is no run.cjs in ${folder}`)
    if (bench.options.brokers !== 1) return absent('their driver knows one broker only')
    const work = resolve(folder, env['WORK'] ?? '.work')
    return new Peers(bench, resolve(folder), work)
  }

  /** Has the driver make its own canonical topic of the same orders. */
  async prepareAvro(facts: Facts): Promise<void> { await this.#driver(['prepare', 'avro'], { SEED: `${facts.seed}` }, facts.n) }

  /** Those of these that were built; the others are named. */
  contestants(facts: Facts, wanted: readonly KnownPeer[]): readonly Contestant[] {
    const built = wanted.filter(({ peer, needs }) => {
      const there = existsSync(join(this.#work, needs))
      if (!there) this.#bench.say(`${peer} is absent: there is no ${needs} in ${this.#work}`)
      return there
    })
    // Tells the driver what lies in the topic that everybody reads.
    if (built.length > 0) writeFileSync(join(this.#work, `facts-json-${facts.n}.json`), JSON.stringify(facts))
    return built.map(({ peer, guarantee, setup, env = {} }) => ({
      name: peer, guarantee, ...(setup === undefined ? {} : { setup }),
      run: async () => roundOf(JSON.parse(await this.#driver([peer], env, facts.n)) as PeerLine),
    }))
  }

  /** The last line of what the driver prints. */
  async #driver(args: readonly string[], more: Readonly<Record<string, string>>, records: number): Promise<string> {
    const { stack } = this.#bench
    const child = spawn(process.execPath, [join(this.#folder, 'run.cjs'), ...args], {
      cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env, WORK: this.#work, JAVA: stack.java, KAFKA: stack.brokers, REGISTRY: stack.registryUrl, N: `${records}`, LIMIT_S: '900',
        PG_URL: await stack.postgres.database('rivals'), ...more,
      },
    })
    const said = { out: '', err: '' }
    child.stdout.on('data', (text: Buffer) => { said.out += text.toString() })
    child.stderr.on('data', (text: Buffer) => { said.err += text.toString() })
    const stop = () => { child.kill('SIGTERM') }
    process.once('exit', stop)
    const code = await new Promise<number | null>((done) => { child.once('close', done) })
    process.off('exit', stop)
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said.err.trim().slice(-300)}`)
    return said.out.trim().split('\n').at(-1) ?? ''
  }
}

function roundOf(line: PeerLine): Round {
  if (line.verified !== true) throw new Error(`its result is not right: ${JSON.stringify(line.verified)}`)
  return {
    foreignCores: line.foreign_cores ?? 0,
    values: {
      records_per_s: line.steady_records_per_s ?? line.records_per_s, program_cpu_s_per_million: line.steady_cpu_s_per_million ?? line.cpu_s_per_million,
      broker_cpu_s_per_million: line.broker_cpu_s_per_million ?? 0, database_cpu_s_per_million: line.pg_cpu_s_per_million ?? 0,
      whole_records_per_s: line.records_per_s, whole_program_cpu_s_per_million: line.cpu_s_per_million, rss_peak_mb: line.rss_mb,
    },
  }
}
