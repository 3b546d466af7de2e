import type { Postgres } from '../../../deploy/local/postgres.ts'
import type { Program } from '../../../deploy/local/program.ts'
import { migrate } from '../../../services/runtime/ledger/migrate.ts'
import type { Round } from '../measure/figure.ts'
import { Ledger } from '../measure/ledger.ts'
import { Observed } from '../measure/observed.ts'
import type { BenchStack } from '../stack/bench-stack.ts'
import { partitions } from '../workload/source-topic.ts'
import type { RouteRun } from './route-run.ts'

const swaps = {
  'services/translator/sources/index.generated.js': 'sources.js', 'services/sink/targets/index.generated.js': 'targets.js',
  'services/sink/targets/audits.generated.js': 'audits.js', 'canonical/cards/index.generated.js': 'model-cards.js',
}
let runs = 0

/** What it does beside the books and the balance: nothing; what `npm start` has it do; or the audit of the topics as fast as it can. */
export type Audits = 'none' | 'as npm start' | 'topics at full speed'
const settings = (audits: Audits, route: RouteRun): Record<string, string> => ({
  'none': { HUB_AUDIT_PER_SECOND: '0' }, 'as npm start': { HUB_TARGET_BENCH_ORDERS_URL: route.url }, 'topics at full speed': { HUB_AUDIT_PER_SECOND: '100000000' },
})[audits] as Record<string, string>

/** The reconciler, with an empty ledger on a database server of its own, so that both can be told apart from the route. */
export class BooksRun implements AsyncDisposable {
  readonly program: Program
  readonly ledger: Ledger
  readonly #stack: BenchStack
  readonly #server: Postgres
  readonly #route: RouteRun
  readonly #observed: Observed

  private constructor(stack: BenchStack, server: Postgres, route: RouteRun, program: Program, ledger: Ledger) {
    this.#stack = stack
    this.#server = server
    this.#route = route
    this.program = program
    this.ledger = ledger
    this.#observed = new Observed(this.watched)
  }

  static async start(stack: BenchStack, server: Postgres, route: RouteRun, audits: Audits): Promise<BooksRun> {
    const url = await server.database(`books_${++runs}`)
    await migrate(url)
    const program = await stack.program('reconciler', { swaps, env: { HUB_LEDGER_URL: url, BENCH_SOURCES: JSON.stringify([route.source]), BENCH_PARTITIONS: `${partitions}`, ...settings(audits, route) } })
    return new BooksRun(stack, server, route, program, new Ledger(url))
  }

  /** The reconciler as the program, its ledger as the database, and everything else as the rest. */
  get watched() {
    const { rest, broker, database } = this.#stack.watched([])
    return { program: [this.program.pid], broker, database: [this.#server.pid], rest: [...rest, ...database, ...this.#route.programs.map((it) => it.pid)] }
  }
  mustRun(): void { this.#stack.mustRun(this.program) }

  /** What it and its ledger have used since it started. */
  async used(records: number): Promise<Round> {
    const { values, foreignCores, trace } = this.#observed.stop(records)
    const rows = Object.entries(await this.ledger.rows()).map(([table, count]) => [`ledger_${table}_rows_per_million`, count / records * 1e6])
    return {
      foreignCores, trace,
      values: {
        reconciler_cpu_s_per_million: values['program_cpu_s_per_million']!, ledger_cpu_s_per_million: values['database_cpu_s_per_million']!,
        reconciler_rss_peak_mb: values['rss_peak_mb']!, reconciler_rss_growth_mb: values['rss_growth_mb']!, ...Object.fromEntries(rows) as Record<string, number>,
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program.stop()
    await this.ledger.close()
  }
}
