import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { Environment, Transient } from '../../../runtime/failure.ts'
import type { Answer, Claim } from './claims.ts'

export interface SenderSettings { readonly url: string; readonly token: string | null; readonly atOnce: number; readonly timeoutMs: number; readonly patienceMs: number }

/** Statuses that speak of what was sent. */
const ofTheRecord: ReadonlySet<number> = new Set([400, 409, 410, 412, 413, 414, 422, 431])

/** Sends claims until the API has answered each for good, or patience is at an end. */
export class Sender {
  readonly #it: SenderSettings
  readonly #pool: Pool
  readonly #base: string
  /** The API asked for a rest until then; it holds for everything that is sent. */
  #restUntil = 0
  constructor(it: SenderSettings) {
    const url = new URL(it.url)
    this.#it = it
    this.#base = url.pathname.replace(/\/$/, '')
    this.#pool = new Pool(url.origin, { connections: it.atOnce })
  }

  /** The key says which effect it is (as a header it is ASCII); sent again after any doubt, it cannot happen twice. */
  async send(claim: Claim, key: () => string): Promise<Answer> {
    const until = performance.now() + this.#it.patienceMs
    for (let tries = 0; ; tries++) {
      const rest = this.#restUntil - performance.now()
      if (rest > this.#it.patienceMs) throw new Environment('target.asks_for_rest', `the API asks for ${Math.ceil(rest / 1_000)} seconds of rest`)
      if (rest > 0) await sleep(rest)
      const answer = await this.#try(claim, key())
      if ('outcome' in answer) return answer
      if (performance.now() > until) {
        if (answer.refusal) return answer.refusal
        throw new Transient('target.unreachable', `the API gave no final answer within ${this.#it.patienceMs} ms: ${answer.reason}`)
      }
      await sleep(Math.min(50 * 2 ** tries, 2_000) * (0.5 + Math.random()))
    }
  }
  async close(): Promise<void> { await this.#pool.close() }

  async #try({ method, path, body }: Claim, key: string): Promise<Answer | { reason: string; refusal?: Answer }> {
    let status: number, text: string, retryAfter: string | string[] | undefined
    try {
      const answer = await this.#pool.request({
        method, path: this.#base + path, body, signal: AbortSignal.timeout(this.#it.timeoutMs),
        headers: { 'idempotency-key': encodeURI(key), 'content-type': 'application/json', ...(this.#it.token === null ? {} : { authorization: `Bearer ${this.#it.token}` }) },
      })
      status = answer.statusCode
      retryAfter = answer.headers['retry-after']
      text = await answer.body.text()
    } catch (error) { return { reason: error instanceof Error ? error.message : String(error) } }
    if (status >= 200 && status < 300) return { outcome: 'applied' }
    const { code, field } = problemOf(text)
    if (status === 404 && method === 'DELETE' && code === 'item.not_found') return { outcome: 'applied' }
    if (status === 401 || status === 403) throw new Environment('target.not_allowed', `the API answers ${status}: the credentials are refused`)
    if (status === 429) this.#restUntil = Math.max(this.#restUntil, performance.now() + restOf(retryAfter))
    if (status === 408 || status === 425 || status === 429 || status >= 500) return { reason: `status ${status}` }
    // Invariant 7: a redirect to a login or a proxy that wants a password says nothing of the record.
    if (!ofTheRecord.has(status)) throw new Environment('target.not_as_expected', `the API answers ${status} to ${method} on ${path.split('/')[1]}`)
    const refusal: Answer = { outcome: 'rejected', code: 'target.refused', says: 'The API refuses this record.', problems: [{ field: field ?? 'record', from: [], code: code ?? `http.${status}`, expected: 'what the API takes', got: 'a value it refuses' }] }
    // Also what an API says that is still at the first request with this key.
    return status === 409 ? { reason: 'status 409', refusal } : refusal
  }
}

/** Seconds, or a date. */
function restOf(header: string | string[] | undefined): number {
  if (typeof header !== 'string') return 1_000
  return /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1_000 : Math.max(0, Date.parse(header) - Date.now()) || 1_000
}
/** Code and field of a refusal, where the API names them; its own words may hold the value. */
function problemOf(text: string): { code: string | null; field: string | null } {
  let body: unknown
  try { body = JSON.parse(text) } catch { return { code: null, field: null } }
  const { code, field } = (body ?? {}) as { code?: unknown; field?: unknown }
  return { code: typeof code === 'string' ? code.slice(0, 100) : null, field: typeof field === 'string' ? field.slice(0, 100) : null }
}
