import pg from 'pg'
import { names } from '../../../services/runtime/names.ts'
import { targetTopics } from '../../../services/runtime/topics.ts'
import { modelCards } from '../../../canonical/cards/index.generated.ts'
import { registerSchemas } from '../../../deploy/local/provision.ts'
import type { Program } from '../../../deploy/local/program.ts'
import { traceAllocation } from '../measure/allocation.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { canonical } from '../stack/hub-topics.ts'
import { benchTarget, targetName } from '../target/card.ts'
import { partitions, type Facts } from '../workload/source-topic.ts'

const sinkSwaps = { 'services/sink/targets/index.generated.js': 'targets.js', 'canonical/cards/index.generated.js': 'model-cards.js' }

let runs = 0
/** The sink as `npm start` runs it, for a database of its own that is empty. */
export class SinkRun implements AsyncDisposable {
  readonly program: Program
  readonly pool: pg.Pool
  readonly #stack: BenchStack
  readonly #database: string

  private constructor(stack: BenchStack, database: string, pool: pg.Pool, program: Program) {
    this.#stack = stack
    this.#database = database
    this.pool = pool
    this.program = program
  }

  static async start(stack: BenchStack, { history = false, env = {}, swaps = {} }: { history?: boolean; env?: Readonly<Record<string, string>>; swaps?: Readonly<Record<string, string>> } = {}): Promise<SinkRun> {
    const card = benchTarget({ history }), model = { ...modelCards['order.v1'], partitions }
    const wanted = targetTopics(names(''), card, [model])
    await stack.admin.ensureTopics(wanted)
    await registerSchemas(stack.registryUrl, '', wanted)
    // Every run begins with an empty database; the position lies in it.
    const database = `warehouse_${++runs}`
    const url = await stack.postgres.database(database), pool = new pg.Pool({ connectionString: url, max: 2 })
    pool.on('error', () => {})
    await pool.query('checkpoint')
    const program = await stack.program('sink', {
      swaps: { ...sinkSwaps, ...swaps }, nodeArgs: traceAllocation,
      env: { HUB_TARGET: targetName, HUB_TARGET_BENCH_ORDERS_URL: url, BENCH_PARTITIONS: `${partitions}`, BENCH_HISTORY: `${history}`, ...env },
    })
    return new SinkRun(stack, database, pool, program)
  }

  /** Where the table stands in each partition of the canonical topic; committed together with the rows. */
  async positions(): Promise<ReadonlyMap<number, number>> {
    const { rows } = await this.pool.query<{ partition: number; next: string }>({ name: 'positions', text: 'select partition, next from hub.position where topic = $1', values: [canonical] })
      .catch((error: unknown) => { if ((error as { code?: string }).code === '42P01') return { rows: [] }; throw error })
    return new Map(rows.map(({ partition, next }) => [partition, Number(next)]))
  }
  async position(): Promise<number> { return [...(await this.positions()).values()].reduce((sum, it) => sum + it, 0) }

  async atEnd(): Promise<boolean> { return await this.position() >= await this.#stack.end(canonical) }

  /** Versions of an order are 1, 2, 3, …: the table holds the last of each. */
  async check({ keys, final_version_sum: versions }: Facts): Promise<void> {
    const { rows: [row] } = await this.pool.query<{ keys: number; versions: number; complete: number }>(`select count(*)::int as keys, sum(version)::float8 as versions,
      count(*) filter (where total_minor > 0 and payment_method is not null and jsonb_array_length(lines) = line_count)::int as complete from orders`)
    if (row?.keys !== keys || row.versions !== versions || row.complete !== keys) throw new Error(`the table holds ${JSON.stringify(row)}; expected were ${keys} orders with versions that add up to ${versions}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.stop()
    await this.pool.end()
    await this.#stack.dropDatabase(this.#database)
  }
}
