import { events } from './events.ts'
import { Health } from './health.ts'
import { serveHealth } from './http.ts'
import { common, readSettings, type Settings, type Values } from './settings.ts'
import { startTelemetry } from './telemetry.ts'

/** An opened program: what has to be closed when it stops. */
export interface Opened { close(): Promise<void> }
export interface Surroundings<S extends Settings> { readonly settings: Values<typeof common> & Values<S>; readonly health: Health; readonly program: string }

const stopWithinMs = 10_000

/** Runs a program: telemetry first, then settings, health, the program itself; closes in the opposite order on SIGTERM or SIGINT. */
export async function run<S extends Settings>(program: string, settings: S, open: (around: Surroundings<S>) => Promise<Opened>): Promise<void> {
  try {
    const telemetry = await startTelemetry(program)
    const values = readSettings({ ...common, ...settings }) as Values<typeof common> & Values<S>
    const health = new Health()
    health.unready('start', 'starting')
    const { server, port } = await serveHealth({ host: values.httpHost, port: values.httpPort }, health, telemetry)
    events.programStarting(program, port)
    const opened = await open({ settings: values, health, program })
    health.ready('start')
    events.programReady(program)

    let stopping = false
    const stop = async (signal: string) => {
      if (stopping) process.exit(1)
      stopping = true
      health.unready('start', 'stopping')
      events.programStopping(program, signal)
      setTimeout(() => { events.programFailed(program, new Error(`did not stop within ${stopWithinMs} ms`)); process.exit(1) }, stopWithinMs).unref()
      await opened.close()
      server.close()
      await telemetry.stop().catch(() => {})
      process.exit(0)
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void stop(signal) })
  } catch (error) {
    events.programFailed(program, error as Error)
    process.exit(1)
  }
}
