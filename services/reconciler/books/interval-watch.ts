import { events } from '../../runtime/events.ts'
import { intervalBreaks } from '../../runtime/ledger/interval-breaks.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'

const everyMs = 15_000

/** Looks every 15 seconds whether the receipts join, and tells: a gauge always, the log when something does not. */
export class IntervalWatch {
  readonly #timer: NodeJS.Timeout
  constructor(ledger: Ledger) { this.#timer = setInterval(() => { void look(ledger) }, everyMs).unref() }
  stop(): void { clearInterval(this.#timer) }
}

async function look(ledger: Ledger): Promise<void> {
  // Without the ledger there is nothing to look at; the stream says so already.
  const found = await intervalBreaks(ledger).catch(() => null)
  if (found === null) return
  const gaps = found.filter(({ kind }) => kind === 'gap').length
  const [first] = found
  events.booksChecked({ gaps, overlaps: found.length - gaps }, first ? `${first.kind} at ${first.stage} ${first.unit} ${first.topic}/${first.partition} from ${first.from} to ${first.next}` : null)
}
