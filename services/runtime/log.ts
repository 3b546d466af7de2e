import { logs, SeverityNumber } from '@opentelemetry/api'

const levels = { debug: SeverityNumber.DEBUG, info: SeverityNumber.INFO, warn: SeverityNumber.WARN, error: SeverityNumber.ERROR } as const
type Level = keyof typeof levels
const least = levels[process.env.HUB_LOG_LEVEL as Level] ?? levels.info

/** One JSON object a line on stdout; the same to OTLP where that is on. Called by events.ts only. */
const write = (level: Level) => (event: string, attributes: Record<string, unknown>) => {
  if (levels[level] < least) return
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...attributes })}\n`)
  logs.getLogger('tributary').emit({ severityNumber: levels[level], severityText: level, body: event, attributes: attributes as never })
}
export const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
