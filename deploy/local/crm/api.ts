import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { mishaps, wellBehaved, type Misbehaviour } from './misbehaviour.ts'
import { refusal } from './refusals.ts'
import type { Answer, Store } from './store.ts'

/** The sample CRM: items that are put and deleted under an Idempotency-Key, which acts once and then repeats its answer. */
export function crmApi(store: Store): Server {
  let misbehaviour = wellBehaved
  let draw = mishaps(misbehaviour)
  const refusals = new Map<string, ReturnType<typeof refusal>>()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://crm'), path = url.pathname.split('/').slice(1).map(decodeURIComponent)
    const [first = '', id] = path
    const text = await bodyOf(request)
    if (request.method === 'GET' && first === 'health') return answer(response, { status: 200, body: { ok: true } })
    if (request.method === 'GET' && first === 'log') return answer(response, { status: 200, body: { effects: page(store.effects.slice(Number(url.searchParams.get('after') ?? 0)), url) } })
    if (request.method === 'POST' && first === 'misbehave') {
      misbehaviour = { ...wellBehaved, ...JSON.parse(text) as Partial<Misbehaviour> }
      draw = mishaps(misbehaviour)
      return answer(response, { status: 200, body: misbehaviour })
    }
    const items = store.collection(first)
    if (items === undefined || path.length > 2) return answer(response, problem(404, 'collection.not_found', 'There is no such collection.'))
    if (request.method === 'GET') return answer(response, id === undefined ? list(items, url) : items.has(id) ? { status: 200, body: items.get(id) } : notFound)
    if (id === undefined || (request.method !== 'PUT' && request.method !== 'DELETE')) return answer(response, problem(405, 'method.not_allowed', 'PUT or DELETE one item.'))

    const mishap = draw()
    if (mishap === 'refuse401') return answer(response, problem(401, 'credentials.refused', 'Who are you?'))
    if (mishap === 'error500') return answer(response, problem(500, 'server.error', 'Something went wrong here.'))
    if (mishap === 'rate429') return answer(response, problem(429, 'rate.exceeded', 'Too many requests.'), { 'retry-after': String(misbehaviour.retryAfter) })
    const acted = act(request.method, first, id, text, request.headers['idempotency-key'])
    if (mishap === 'dropAnswerAfterActing') { request.socket.destroy(); return }
    if (misbehaviour.delayMs > 0) await sleep(misbehaviour.delayMs)
    answer(response, acted.answer, acted.repeated ? { 'idempotent-replayed': 'true' } : {})
  }

  function act(method: 'PUT' | 'DELETE', collection: string, id: string, text: string, key: string | string[] | undefined): { answer: Answer; repeated: boolean } {
    const no = (answer: Answer) => ({ answer, repeated: false })
    if (typeof key !== 'string' || key === '') return no(problem(400, 'idempotency.no_key', 'Send an Idempotency-Key.'))
    const earlier = store.recorded(key)
    if (earlier) return earlier.collection === collection && earlier.id === id && earlier.method === method ? { answer: earlier.answer, repeated: true } : no(problem(422, 'idempotency.key_reused', 'This key was used for another request.'))
    if (method === 'DELETE') return store.collection(collection)!.has(id) ? no(store.act({ key, method, collection, id, body: null, answer: { status: 200, body: { id, deleted: true } } }).answer) : no(notFound)
    let body: unknown
    try { body = JSON.parse(text) } catch { return no(problem(400, 'body.not_json', 'The body is not JSON.')) }
    const refused = (misbehaviour.repeatRefusals ? refusals.get(key) : null) ?? refusal(collection, body, misbehaviour.refuse)
    if (refused) { refusals.set(key, refused); return no({ status: 422, body: refused }) }
    return no(store.act({ key, method, collection, id, body, answer: { status: store.collection(collection)!.has(id) ? 200 : 201, body: { id } } }).answer)
  }

  return createServer((request, response) => { handle(request, response).catch((error: Error) => { answer(response, problem(500, 'server.bug', error.message)) }) })
}

const notFound: Answer = { status: 404, body: { code: 'item.not_found', says: 'There is no such item.' } }
const problem = (status: number, code: string, says: string): Answer => ({ status, body: { code, says } })

function list(items: ReadonlyMap<string, unknown>, url: URL): Answer {
  const after = url.searchParams.get('after')
  const ids = [...items.keys()].sort().filter((id) => after === null || id > after)
  const found = page(ids, url)
  return { status: 200, body: { items: found.map((id) => ({ id, ...items.get(id) as object })), next: found.length < ids.length ? found.at(-1) : null } }
}
const page = <T>(all: readonly T[], url: URL) => all.slice(0, Number(url.searchParams.get('limit') ?? 1_000))

function answer(response: ServerResponse, { status, body }: Answer, headers: Record<string, string> = {}): void {
  if (!response.destroyed) response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(`${JSON.stringify(body)}\n`)
}
async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}
