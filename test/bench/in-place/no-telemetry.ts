// In the place of telemetry: no meters, nothing to scrape.
import type { ServerResponse } from 'node:http'
import type { Telemetry } from '../../../services/runtime/telemetry.ts'

export async function startTelemetry(): Promise<Telemetry> {
  return { scrape: (_, response: ServerResponse) => { response.end() }, stop: async () => {} }
}
