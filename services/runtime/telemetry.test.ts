import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from './events.ts'
import { startTelemetry, type Telemetry } from './telemetry.ts'

const sent: string[] = []
let collector: Server, telemetry: Telemetry

/** What a scrape answers. */
const scraped = () => new Promise<string>((done) => {
  const server = createServer((request, response) => { telemetry.scrape(request, response) }).listen(0, '127.0.0.1', async () => {
    done(await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text())
    server.close()
  })
})

beforeAll(async () => {
  collector = createServer((request: IncomingMessage, response: ServerResponse) => {
    sent.push(request.url ?? 'nowhere')
    request.resume().on('end', () => { response.writeHead(200, { 'content-type': 'application/json' }).end('{}') })
  })
  await new Promise<void>((done) => { collector.listen(0, '127.0.0.1', done) })
  telemetry = await startTelemetry('translator', { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: (process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`) })
})
afterAll(() => { collector.close() })

test('one event is a counter that Prometheus scrapes under the program\'s name, and a metric, a span and a log line over OTLP', async () => {
  events.programReady('translator')
  events.chunkTranslated({ unit: 'shop', partition: 0, read: 3, counts: [{ model: null, outcome: 'mapped', reason: null, count: 2 }, { model: null, outcome: 'filtered', reason: 'tombstone', count: 1 }, { model: 'order.v1', outcome: 'emitted', reason: null, count: 2 }], seconds: 0.1, newest: Date.now() })
  const text = await scraped()
  expect(text).toContain('service_name="tributary-translator"')
  expect(text).toMatch(/hub_source_records_total\{.*hub_outcome="mapped".*\} 2/)
  expect(text).toMatch(/hub_source_records_total\{.*hub_outcome="filtered",hub_reason="tombstone".*\} 1/)
  expect(text).toMatch(/hub_source_emitted_total\{.*hub_model="order.v1".*\} 2/)
  await telemetry.stop()
  expect([...new Set(sent)].sort()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces'])
})
