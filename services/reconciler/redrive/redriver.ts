import { events } from '../../runtime/events.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import { Rounds } from '../../runtime/rounds.ts'
import type { RunningActs } from '../running-acts.ts'

export interface Running { readonly id: string; readonly act: string; readonly perSecond: number | null }
/** What commands of some acts have to send, in the order of its origin. */
export interface Errand {
  readonly acts: readonly string[]
  /** Sends at most so many, notes them, and answers how many they were. */
  readonly sendSome: (command: Running, most: number) => Promise<number>
  /** How many have been answered with what, null: not yet. No answer: not all that is to be sent is known. */
  readonly outcomes: (command: string) => Promise<readonly { readonly outcome: string | null; readonly _count: number }[] | null>
}

const atOnce = 500
const idleMs = 1_000
/** Unless the command says otherwise: quick, and the stream beside it does not notice. */
const ordinaryPace = 1_000

/**
 * Sends what commands have claimed. Whoever dies between sending and noting so sends again: the unit takes nothing twice.
 * The order within a partition is that of the origin, so that the states of an entity come as they came.
 */
export class Redriver {
  readonly #ledger: Ledger
  readonly #errands: readonly Errand[]
  readonly #running: RunningActs
  readonly #rounds: Rounds
  constructor(ledger: Ledger, errands: readonly Errand[], running: RunningActs) {
    this.#ledger = ledger
    this.#running = running
    this.#errands = errands
    this.#rounds = new Rounds(() => this.#work().catch(failed))
  }

  stop(): Promise<void> { return this.#rounds.stop() }

  /** One round through the running commands; answers how long to rest. */
  async #work(): Promise<number> {
    const acts = this.#errands.flatMap((it) => it.acts)
    if (!await this.#running.any(acts)) return idleMs
    const running = await this.#ledger.command.findMany({ where: { status: 'running', act: { in: acts } }, orderBy: [{ turn: 'asc' }, { at: 'asc' }], select: { id: true, act: true, perSecond: true } })
    let restMs = idleMs
    for (const it of running) {
      // One that cannot be sent, for its topic is gone, does not hold up the others.
      restMs = Math.min(restMs, await this.#further(it).catch(failed))
    }
    return restMs
  }

  async #further(it: Running): Promise<number> {
    const pace = it.perSecond ?? ordinaryPace, errand = this.#errands.find(({ acts }) => acts.includes(it.act))!
    const sent = await errand.sendSome(it, Math.min(atOnce, Math.ceil(pace / 2)))
    if (sent > 0) return (sent / pace) * 1000
    return await this.#end(it, errand) ? 0 : idleMs
  }

  /** A command is done when everything that it sent has been answered. */
  async #end({ id }: Running, { outcomes }: Errand): Promise<boolean> {
    const rows = await outcomes(id)
    if (rows === null || rows.some(({ outcome }) => outcome === null)) return false
    const counts = Object.fromEntries(rows.map(({ outcome, _count }) => [outcome!, _count]))
    const detail = rows.length === 0 ? 'Nothing was to be sent.' : rows.map(({ outcome, _count }) => `${_count} ${outcome}`).sort().join(', ')
    await this.#ledger.$transaction(async (tx) => {
      const ended = await tx.command.updateMany({ where: { id, status: 'running' }, data: { status: 'done', detail, endedAt: new Date() } })
      if (ended.count > 0) await tx.$executeRaw`update audit set after = ${JSON.stringify(counts)}::jsonb where before ->> 'command' = ${id} and after is null`
    })
    return true
  }
}

function failed(error: unknown): number {
  events.redriveFailed(error instanceof Error ? error : new Error(String(error)))
  return idleMs
}
