import { events } from '../../runtime/events.ts'
import { findingKinds } from '../../runtime/finding-kinds.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'

const everyMs = 15_000

/** Counts the open findings every 15 seconds, for who looks at metrics. */
export class FindingWatch {
  readonly #timer: NodeJS.Timeout
  constructor(ledger: Ledger) { this.#timer = setInterval(() => { void look(ledger) }, everyMs).unref() }
  stop(): void { clearInterval(this.#timer) }
}

async function look(ledger: Ledger): Promise<void> {
  // Without the ledger there is nothing to count; the stream says so already.
  const rows = await ledger.finding.groupBy({ by: ['kind'], where: { status: 'open' }, _count: true }).catch(() => null)
  if (rows !== null) events.findingsOpen({ ...Object.fromEntries(Object.keys(findingKinds).map((kind) => [kind, 0])), ...Object.fromEntries(rows.map(({ kind, _count }) => [kind, _count])) })
}
