import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Delivery } from '../target.ts'
import type { Claim } from './claims.ts'
import { Sender } from './sender.ts'

const claim: Claim = { meta: {} as Delivery['meta'], model: 'order.v1', method: 'PUT', path: '/orders/a', body: '{}', attempt: 1, tries: 1, answer: null }

async function sent(answer: RequestListener, { key = 'order.v1/a:1@1.0#00', patienceMs = 400 } = {}) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => { requests.push(request); answer(request, response) })
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  const sender = new Sender({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: null, atOnce: 1, timeoutMs: 1_000, patienceMs })
  try { return { requests, answer: await sender.send(claim, () => key).catch((error: unknown) => error) } } finally {
    await sender.close()
    server.closeAllConnections()
    server.close()
  }
}
const status = (code: number, headers: Record<string, string> = {}): RequestListener => (_, response) => { response.writeHead(code, headers).end() }

test('an effect key of any script is sent as a header, and different keys stay different', async () => {
  const keys = new Set<unknown>()
  for (const key of ['order.v1/a:東京@1.0#00', 'order.v1/a:%E6%9D%B1%E4%BA%AC@1.0#00', 'order.v1/a:köln@1.0#00', 'order.v1/a:1@1.0#00']) {
    const { requests, answer } = await sent(status(200), { key })
    expect(answer).toEqual({ outcome: 'applied' })
    keys.add(requests[0]!.headers['idempotency-key'])
  }
  expect(keys.size).toBe(4)
  expect(keys).toContain('order.v1/a:1@1.0#00')
})

test.each([301, 302, 307, 402, 407, 426])('status %d says something of the surroundings, not of the record', async (code) => {
  expect((await sent(status(code, { location: '/login' }))).answer).toMatchObject({ name: 'Environment' })
})

test.each([400, 410, 413, 422])('status %d is a refusal of the record', async (code) => {
  expect((await sent(status(code))).answer).toMatchObject({ outcome: 'rejected' })
})

test('while the API is still at an effect, its conflict is no refusal; one that stays is', async () => {
  let left = 2
  expect((await sent((request, response) => { status(left-- > 0 ? 409 : 200)(request, response) }, { patienceMs: 5_000 })).answer).toEqual({ outcome: 'applied' })
  expect((await sent(status(409))).answer).toMatchObject({ outcome: 'rejected', problems: [{ code: 'http.409' }] })
})

test('an API that asks for a long rest is not waited for with a chunk in hand', async () => {
  const { answer, requests } = await sent(status(429, { 'retry-after': '86400' }))
  expect(answer).toMatchObject({ name: 'Environment', code: 'target.asks_for_rest' })
  expect(requests.length).toBe(1)
})
