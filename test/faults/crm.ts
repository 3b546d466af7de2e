import { join } from 'node:path'
import pg from 'pg'
import { parseEffectKey } from '../../canonical/key.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import type { Misbehaviour } from '../../deploy/local/crm/misbehaviour.ts'
import type { Effect } from '../../deploy/local/crm/store.ts'
import { freePort } from '../../deploy/local/ports.ts'
import { launch, type Running } from '../../deploy/local/process.ts'
import { project } from '../../deploy/local/project.ts'
import { readAll } from '../../services/runtime/kafka/read-all.ts'
import type { TestHub } from '../hub.ts'
import type { Route } from '../route.ts'
import { delivered } from './delivered.ts'
import { bookProblems } from './delivery-books.ts'
import { between, nanoOf, newestAlive, sumsOf, textOfNano } from './expected.ts'

const unit = 'crm-http'
const collections: Readonly<Record<string, ModelName>> = { customers: 'customer.v1', orders: 'order.v1' }, models = Object.values(collections)

/** What the CRM's own log and items show, beside what was sent. Empty lists: each effect exactly once and in order. */
export interface CrmDifferences { twice: string[]; reordered: string[]; items: string[]; sums: string[]; books: string[]; rejections: string[] }
export const noneInCrm: CrmDifferences = { twice: [], reordered: [], items: [], sums: [], books: [], rejections: [] }

interface Item { id: string; effectKey: string; version: number; total?: string; currency?: string }

/** The sample CRM, with the state database of the sink that feeds it. */
export class Crm implements AsyncDisposable {
  readonly #route: Route
  readonly #state: pg.Pool
  readonly #stateUrl: string
  readonly #url: string
  readonly #process: Running

  private constructor(route: Route, stateUrl: string, url: string, process: Running) {
    this.#route = route
    this.#stateUrl = stateUrl
    this.#url = url
    this.#process = process
    this.#state = new pg.Pool({ connectionString: stateUrl, max: 2 })
    this.#state.on('error', () => {})
  }

  static async start(hub: TestHub, route: Route, stateUrl: string): Promise<Crm> {
    const port = await freePort(), url = `http://127.0.0.1:${port}`
    const running = await launch({
      name: 'sample CRM', stage: 'server', command: process.execPath, args: [join(project, 'dist', 'deploy', 'local', 'crm', 'main.js')], log: join(hub.folder, 'crm.log'),
      env: { ...process.env, CRM_PORT: `${port}`, CRM_DATA: join(hub.folder, 'crm') }, ready: async () => (await fetch(`${url}/health`)).ok,
    })
    return new Crm(route, stateUrl, url, running)
  }

  /** What a sink for it is started with. */
  env(): Record<string, string> { return { HUB_TARGET: unit, HUB_TARGET_CRM_HTTP_URL: this.#url, HUB_TARGET_CRM_HTTP_STATE_URL: this.#stateUrl } }
  async misbehave(how: Partial<Misbehaviour>): Promise<void> { await fetch(`${this.#url}/misbehave`, { method: 'POST', body: JSON.stringify(how) }) }
  async effects(): Promise<Effect[]> { return (await this.#get<{ effects: Effect[] }>('/log?limit=10000000')).effects }
  delivered(withinMs?: number): Promise<void> { return delivered(this.#route, this.#state, models, withinMs) }

  async differences(): Promise<CrmDifferences> {
    const effects = await this.effects(), items: { model: ModelName; item: Item }[] = []
    for (const [collection, model] of Object.entries(collections)) for (const item of (await this.#get<{ items: Item[] }>(`/${collection}?limit=10000000`)).items) items.push({ model, item })
    const rejected = await readAll(this.#route.kafka.control, this.#route.names.rejected(unit))
    return {
      twice: [...Map.groupBy(effects, effectOf)].filter(([, these]) => these.length > 1).map(([key, these]) => `${key} ${these.length} times`),
      reordered: reordered(effects),
      items: between(newestAlive(this.#route, models), items.map(({ model, item }) => `${model} ${item.id}@${item.version}`)),
      sums: between(sumsOf(this.#route, models), totals(items.map(({ item }) => item))),
      books: await bookProblems(this.#route, unit, models),
      rejections: rejected.map(({ partition, record }) => `${partition}/${record.offset}`),
    }
  }

  async #get<T>(path: string): Promise<T> { return await (await fetch(this.#url + path)).json() as T }
  async [Symbol.asyncDispose](): Promise<void> { await Promise.all([this.#state.end(), this.#process.stop()]) }
}

/** What a PUT says itself, whatever key it came under; a DELETE has its key only. */
const effectOf = ({ method, key, body }: Effect): string => (method === 'PUT' ? (body as Item).effectKey : key)

function reordered(effects: readonly Effect[]): string[] {
  const newest = new Map<string, number>(), problems: string[] = []
  for (const effect of effects) {
    const key = effectOf(effect), version = versionOf(key), place = `${effect.collection}/${effect.id}`
    if (version === null) { problems.push(`${key} says no version`); continue }
    if (version < (newest.get(place) ?? -1)) problems.push(`${key} after ${newest.get(place)}`)
    newest.set(place, version)
  }
  return problems
}

/** A delete under a key of the sender's own making says nothing of its version. */
function versionOf(key: string): number | null {
  try { return parseEffectKey(key).version } catch { return null }
}

function totals(items: readonly Item[]): string[] {
  const sums = new Map<string, bigint>()
  for (const { total, currency } of items) if (total !== undefined && currency !== undefined) sums.set(currency, (sums.get(currency) ?? 0n) + nanoOf(total))
  return [...sums].filter(([, sum]) => sum !== 0n).map(([currency, sum]) => `order.v1 total ${currency} ${textOfNano(sum)}`)
}
