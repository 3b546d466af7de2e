import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeEntry } from './codes.ts'
import type { Health } from './health.ts'
import type { Telemetry } from './telemetry.ts'

/** Serves /health/live, /health/ready and /metrics. Plain HTTP: nothing to route, nothing to configure. */
export async function serveHealth(at: { host: string; port: number }, health: Health, telemetry: Telemetry): Promise<{ server: Server; port: number }> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown) => { response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`) }
    switch (request.url?.split('?')[0]) {
      case '/health/live': return answer(200, { live: true })
      case '/health/ready': {
        const reasons = health.reasons
        return Object.keys(reasons).length === 0 ? answer(200, { ready: true }) : answer(503, { ready: false, reasons })
      }
      case '/metrics': return telemetry.scrape(request, response)
      default: return answer(404, { code: 'http.not_found', ...codeEntry('http.not_found') })
    }
  })
  await new Promise<void>((done, failed) => { server.once('error', failed).listen(at.port, at.host, done) })
  return { server, port: (server.address() as AddressInfo).port }
}
