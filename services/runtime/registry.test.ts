import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test, vi } from 'vitest'
import { Registry } from './registry.ts'

/** A registry that is in a bad way, and what is made of it. */
async function asked<T>(answer: RequestListener, ask: (registry: Registry) => Promise<T>): Promise<unknown> {
  const server = createServer(answer)
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
  try { return await ask(new Registry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 300)).catch((error: unknown) => error) } finally {
    server.closeAllConnections()
    server.close()
  }
}
const said = (status: number, body: string): RequestListener => (_, response) => { response.writeHead(status).end(body) }
const silent: RequestListener = () => {}
const half: RequestListener = (_, response) => { response.writeHead(200, { 'content-length': '100' }).write('{') }

test('only a registry that says so does not know an id', async () => {
  expect(await asked(said(404, '{"error_code":40403,"message":"Schema not found"}'), (it) => it.schemaOf(1))).toBeNull()
})

test.each([['the 404 of a proxy', said(404, 'default backend - 404')], ['a page', said(200, '<html>')], ['no schema', said(200, '{}')], ['half an answer', half], ['none', silent]])('%s is the fault of the surroundings', async (_, answer) => {
  expect(await asked(answer, (it) => it.schemaOf(1))).toMatchObject({ name: 'Environment' })
  expect(await asked(answer, (it) => it.idOf('subject', '"string"'))).toMatchObject({ name: 'Environment' })
})

test('a registration whose answer is lost is asked for again, and one that never gets an answer ends', { timeout: 20_000 }, async () => {
  const record = JSON.stringify({ type: 'record', name: 'It', namespace: 'test', fields: [] })
  let lost = 0
  const loses = (most: number): RequestListener => (request, response) => {
    if (request.method === 'POST' && lost++ < most) return
    said(request.method === 'POST' || request.method === 'PUT' ? 200 : 404, request.method === 'POST' ? '{"id":7}' : '{"error_code":40401,"compatibilityLevel":"FULL_TRANSITIVE"}')(request, response)
  }
  expect(await asked(loses(1), (it) => it.register('subject', record, 'FULL_TRANSITIVE'))).toBe(7)
  lost = 0
  expect(await asked(loses(Infinity), (it) => it.register('subject', record, 'FULL_TRANSITIVE'))).toMatchObject({ name: 'Environment', code: 'registry.refuses' })
  expect(lost).toBe(3)
})

test('an id that was unknown is asked for again, also after the clock was put back', async () => {
  let known = false
  const answer: RequestListener = (request, response) => { said(known ? 200 : 404, known ? '{"schema":"\\"string\\""}' : '{"error_code":40403}')(request, response) }
  expect(await asked(answer, async (it) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    await it.schemaOf(1)
    known = true
    vi.spyOn(Date, 'now').mockReturnValue(0)
    vi.advanceTimersByTime(5_001)
    return it.schemaOf(1).finally(() => { vi.useRealTimers(); vi.restoreAllMocks() })
  })).toBe('"string"')
})
