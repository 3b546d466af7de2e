import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { Environment, Transient } from '../../../runtime/failure.ts'

export type Item = Readonly<Record<string, unknown>> & { readonly id: string }
export interface CrmReaderSettings { readonly url: string; readonly token: string | null; readonly perSecond: number; readonly timeoutMs: number }
const pageSize = 500, tries = 5

/** Reads the CRM, no faster than was agreed. */
export class CrmReader {
  readonly #it: CrmReaderSettings
  readonly #pool: Pool
  readonly #base: string
  #next = 0
  constructor(it: CrmReaderSettings) {
    const url = new URL(it.url)
    this.#it = it
    this.#base = url.pathname.replace(/\/$/, '')
    this.#pool = new Pool(url.origin, { connections: 2 })
  }

  /** All items, page by page. */
  async *list(collection: string): AsyncGenerator<readonly Item[]> {
    for (let after: string | null = null; ;) {
      const answer: { items: readonly Item[]; next: string | null } = await this.#get(`/${collection}?limit=${pageSize}${after === null ? '' : `&after=${encodeURIComponent(after)}`}`) as never
      yield answer.items
      if (answer.next === null) return
      after = answer.next
    }
  }

  async item(collection: string, id: string): Promise<Item | null> {
    const found = await this.#get(`/${collection}/${encodeURIComponent(id)}`)
    return found === null ? null : { ...found, id }
  }
  async close(): Promise<void> { await this.#pool.close() }

  /** Null: there is no such item. */
  async #get(path: string): Promise<object | null> {
    for (let attempt = 1; ; attempt++) {
      const now = performance.now(), at = this.#next = Math.max(now, this.#next + 1_000 / this.#it.perSecond)
      if (at > now) await sleep(at - now)
      const answer = await this.#try(path)
      if (!('rest' in answer)) return answer.body
      if (attempt === tries) throw new Transient('target.unreachable', `reading the API: ${answer.reason}`)
      await sleep(answer.rest * attempt)
    }
  }

  async #try(path: string): Promise<{ body: object | null } | { reason: string; rest: number }> {
    const { token, timeoutMs } = this.#it
    let status: number, text: string, rest: number
    try {
      const answer = await this.#pool.request({ method: 'GET', path: this.#base + path, signal: AbortSignal.timeout(timeoutMs), headers: token === null ? {} : { authorization: `Bearer ${token}` } })
      status = answer.statusCode
      rest = Number(answer.headers['retry-after']) * 1_000 || 500
      text = await answer.body.text()
    } catch (error) { return { reason: error instanceof Error ? error.message : String(error), rest: 500 } }
    if (status === 408 || status === 429 || status >= 500) return { reason: `status ${status}`, rest }
    if (status === 401 || status === 403) throw new Environment('target.not_allowed', `the API answers ${status}: the credentials are refused`)
    const body = parsed(text)
    if (status === 404 && (body as { code?: unknown } | null)?.code === 'item.not_found') return { body: null }
    if (status !== 200 || body === null) throw new Environment('target.not_as_expected', `the API answers ${status} to GET on ${path.split(/[/?]/)[1]}`)
    return { body }
  }
}
function parsed(text: string): object | null {
  try { const body: unknown = JSON.parse(text); return typeof body === 'object' ? body : null } catch { return null }
}
