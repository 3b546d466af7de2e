import type { Status } from '../../services/console/api/status.schema.ts'
import { cut } from '../../services/console/cli/fit.ts'
import { painter, wantsColour } from '../../services/console/cli/paint.ts'
import { statusText } from '../../services/console/cli/status-text.ts'
import type { Endpoints } from './endpoints.ts'
import type { Supervised } from './supervised.ts'

const refreshMs = 2_000
const plainEveryMs = 60_000
// The first records need a moment before every route is known to run.
const patienceMs = 15_000

/** Shows what the hub says of itself for as long as it runs: rewritten in place on a terminal, elsewhere whenever it changes for good or bad and once a minute. */
export class LiveStatus {
  readonly #endpoints: Endpoints
  readonly #programs: readonly Supervised[]
  readonly #out = process.stdout
  #timer: NodeJS.Timeout | undefined
  #drawn = 0
  readonly #began = Date.now()
  #said: boolean | undefined
  #saidAt = 0

  constructor(endpoints: Endpoints, programs: readonly Supervised[]) { this.#endpoints = endpoints; this.#programs = programs }

  start(): void {
    const refresh = async (): Promise<void> => {
      const text = await this.#text()
      if (this.#timer) this.#show(text)
      this.#timer = this.#timer && setTimeout(() => void refresh(), refreshMs)
    }
    this.#timer = setTimeout(() => void refresh(), 0)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #text(): Promise<{ text: string; ok: boolean }> {
    const [status, troubles] = await Promise.all([
      askStatus(this.#endpoints),
      Promise.all(this.#programs.map(async (program) => ({ program, trouble: await program.trouble() }))),
    ])
    const paint = painter(wantsColour(this.#out, process.env))
    const lines = troubles.filter(({ trouble }) => trouble !== '').map(({ program, trouble }) => `${paint('yellow', program.name)}: ${trouble}`)
    if (typeof status === 'string') lines.push(`${paint('yellow', 'console')}: ${status}`)
    const news = this.#programs.filter((program) => program.news !== '').map((program) => paint('dim', `${program.name}: ${program.news}`))
    return { text: [typeof status === 'string' ? '' : statusText(status, paint), ...[...lines, ...news].map((line, at) => (at === 0 ? `\n${line}` : line))].join('\n').trim(), ok: typeof status !== 'string' && status.ok && lines.length === 0 }
  }

  #show({ text, ok }: { text: string; ok: boolean }): void {
    const time = new Date().toTimeString().slice(0, 8)
    if (this.#out.isTTY) {
      const lines = this.#fitted(['', ...text.split('\n')], ['', `${time}  Ctrl-C stops everything.`])
      // Line by line, not cleared as a whole: that flickers, and some terminals keep what was cleared.
      this.#out.write(`${this.#drawn > 0 ? `\x1b[${this.#drawn}A` : ''}${lines.map((line) => `${line}\x1b[K\n`).join('')}\x1b[0J`)
      this.#drawn = lines.length
      return
    }
    const news = this.#said === undefined ? ok || Date.now() - this.#began > patienceMs : ok !== this.#said
    if (!news && (this.#said === undefined || Date.now() - this.#saidAt < plainEveryMs)) return
    this.#said = ok
    this.#saidAt = Date.now()
    this.#out.write(`\n${time}\n${text}\n`)
  }

  /** What does not fit on the screen could not be rewritten. */
  #fitted(lines: readonly string[], foot: readonly string[]): readonly string[] {
    const room = this.#out.rows - 1 - foot.length
    const over = lines.length - room
    const shown = over > 0 ? [...lines.slice(0, room - 1), `… ${over + 1} more lines: make the window taller, or see npm run hub -- status.`] : lines
    return [...shown, ...foot].map((line) => cut(line, this.#out.columns))
  }
}

/** The console's answer, or why there is none. */
async function askStatus({ console: url, token }: Endpoints): Promise<Status | string> {
  try {
    const answer = await fetch(`${url}/api/status`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(5_000) })
    return answer.ok ? await answer.json() as Status : `answers ${answer.status}`
  } catch (error) { return `does not answer yet (${(error as Error).message})` }
}
