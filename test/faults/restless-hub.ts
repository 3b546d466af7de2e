import { openLedger, type Ledger } from '../../services/runtime/ledger/ledger.ts'
import { migrate } from '../../services/runtime/ledger/migrate.ts'
import { type Counts, noCounts } from '../../services/runtime/audit-counts.ts'
import { verifiedThrough } from '../../services/runtime/verified.ts'
import type { AuditCursor as TopicCursor } from '../../services/reconciler/audit/topic-audit.ts'
import { type AuditCursor, auditJob } from '../../services/reconciler/target-audit/target-auditor.ts'
import card from '../../services/sink/targets/warehouse-postgres/card.ts'
import type { TestHub, TestProgram } from '../hub.ts'
import type { Route } from '../route.ts'
import type { withInstead } from './stepped.ts'
import { Warehouse } from './warehouse.ts'

type Name = 'translator' | 'sink' | 'reconciler'
/** Audits follow one another without a rest, at the pace that they have anyhow. */
const audits = { HUB_AUDIT_TARGETS_EVERY_MS: '1000' }

/** All programs of a hub that feeds the warehouse, each of which may be stopped or killed and comes back. */
export class RestlessHub implements AsyncDisposable {
  readonly warehouse: Warehouse
  readonly #hub: TestHub
  readonly #ledger: Ledger
  readonly #env: Readonly<Record<Name, Readonly<Record<string, string>>>>
  readonly #swaps: Partial<ReturnType<typeof withInstead>>
  readonly #running = new Map<Name, TestProgram>()
  readonly #reconcilers: TestProgram[] = []

  private constructor(hub: TestHub, warehouse: Warehouse, ledgerUrl: string, swaps: Partial<ReturnType<typeof withInstead>>) {
    this.#hub = hub
    this.warehouse = warehouse
    this.#ledger = openLedger(ledgerUrl)
    this.#env = { translator: {}, sink: warehouse.env(), reconciler: { ...warehouse.env(), ...audits, HUB_LEDGER_URL: ledgerUrl } }
    this.#swaps = swaps
  }

  /** `swaps` stand in the place of the reconciler's modules. */
  static async open(hub: TestHub, route: Route, swaps: Partial<ReturnType<typeof withInstead>> = {}): Promise<RestlessHub> {
    const ledger = await hub.createDatabase('ledger')
    await migrate(ledger)
    return new RestlessHub(hub, await Warehouse.open(route, await hub.createDatabase('warehouse')), ledger, swaps)
  }

  async startAll(): Promise<void> { for (const name of ['reconciler', 'translator', 'sink'] as const) await this.#start(name) }

  /** Waits until it is at work again: killed before it has done anything, again and again, a translator would suspect its records. */
  async restart(name: Name, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const program = this.#running.get(name)!
    program.kill(signal)
    await program.exited
    await (await this.#start(name)).ready()
  }

  /** What was ever found, whether it is open or not. */
  async findings(): Promise<string[]> { return (await this.#ledger.finding.findMany()).map(({ kind, unit, model, entity, place, says }) => `${kind} ${unit} ${model} ${entity} ${JSON.stringify(place)}: ${says}`) }
  async through(): Promise<number> { return verifiedThrough(await this.#ledger.verified.findMany({ where: { target: card.name } })) ?? 0 }

  /** Blocks that are not balanced, at a source or the warehouse, and units whose metric says so. */
  async remainders(): Promise<string[]> {
    const open = await this.#ledger.unbalanced.findMany({ where: { target: { in: ['', card.name] } } })
    const said = (await (await fetch(`${this.#running.get('reconciler')!.url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('hub_balance_remainder'))
    if (said.length === 0) throw new Error('the metric of the remainder is not there')
    return [...open.map(({ target, topic, partition, block }) => `${target} ${topic}/${partition}/${block}`), ...said.filter((line) => !line.endsWith(' 0'))]
  }

  /** What the audits have looked at; throws until every model of the target was compared as a whole after an instant. */
  async audited(after: number): Promise<{ topics: Counts; passes: number; rows: number }> {
    const cursorOf = async (name: string) => (await this.#ledger.job.findUnique({ where: { name } }))?.cursor as unknown
    const topics = noCounts(), cursor = await cursorOf('audit of the topics') as TopicCursor | null, target = await cursorOf(auditJob(card.name)) as AuditCursor | null
    for (const counts of Object.values(cursor?.counts ?? {})) for (const name of Object.keys(topics) as (keyof Counts)[]) topics[name] += counts[name]
    const passes = card.models.map((model) => target?.passes[model])
    for (const [at, pass] of passes.entries()) if (pass === undefined || Date.parse(pass.at) < after || !pass.complete || pass.leftOut > 0) throw new Error(`${card.models[at]} is not audited: ${JSON.stringify(pass)}`)
    return {
      topics, rows: passes.reduce((sum, pass) => sum + pass!.rows, 0),
      passes: this.#reconcilers.reduce((sum, it) => sum + it.entries().filter(({ event }) => event === 'target.audited').length, 0),
    }
  }

  async #start(name: Name): Promise<TestProgram> {
    const { env = {}, options = {} } = name === 'reconciler' ? this.#swaps : {}
    const program = await this.#hub.start(name, { HUB_INSTANCE: `${name}-0`, ...this.#env[name], ...env }, options)
    this.#running.set(name, program)
    if (name === 'reconciler') this.#reconcilers.push(program)
    return program
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.dispose()
    await this.#ledger.$disconnect()
    await this.warehouse[Symbol.asyncDispose]()
  }
}
