// In the place of the transaction layer: at the n-th transaction, and at a named point of it, the process is killed or frozen.
// Also what the layer is without one of its guards, so that a test can show that it needs them.
import { noMember } from '../../../services/runtime/kafka/offsets.ts'
import type { SealedBatch } from '../../../services/runtime/kafka/produce.ts'
import { type Batch, type Position, TransactionLease as Real, type TransactionSettings } from '../../../services/runtime/kafka/transaction.ts'
export * from '../../../services/runtime/kafka/transaction.ts'

const { TEST_AT: at, TEST_NTH: nth = '10', TEST_SIGNAL: signal = 'SIGKILL', TEST_WITHOUT: without } = process.env
let transactions = 0, done = false

/** `produced`, `before-commit`, `commit-sent` or `committed`. */
function reached(point: string): void {
  if (done || point !== at || transactions < Number(nth)) return
  done = true
  process.kill(process.pid, signal as NodeJS.Signals)
}

export class TransactionLease extends Real {
  #produced: Promise<void> = Promise.resolve()
  /** A chunk that became something; not a note of what is tried next. */
  #counts = false

  constructor(settings: TransactionSettings) {
    // Without the fence: nobody shares the transactional id, and the generation is not told.
    super(without === 'fence' ? { ...settings, transactionalId: `${settings.transactionalId}.${process.pid}.${Math.random()}`, member: () => noMember } : settings)
  }

  override async run(what: { batches: readonly Batch[]; offsets: readonly Position[] }): Promise<void> {
    // Without the fence a chunk that also changes the lease's state is none: the heir would wait for the end of its transaction, and nothing would be doubled.
    this.#counts = what.batches.length > 2 && !(without === 'fence' && what.batches.some(({ topic }) => topic.includes('state.')))
    if (this.#counts) transactions++
    if (without !== 'position-inside') return super.run(what)
    await super.run({ batches: what.batches, offsets: [] })
    this.#reached('committed')
    await super.run({ batches: [], offsets: what.offsets })
  }

  #reached(point: string): void { if (this.#counts) reached(point) }

  protected override async produce(rounds: readonly (readonly SealedBatch[])[]): Promise<void> {
    this.#produced = super.produce(rounds).then(() => this.#reached('produced'))
    return this.#produced
  }
  protected override async addOffsets(offsets: readonly Position[]): Promise<void> {
    await this.#produced
    return super.addOffsets(offsets)
  }
  protected override async endTransaction(commit: boolean, deadlineMs?: number): Promise<void> {
    if (!commit) return super.endTransaction(commit, deadlineMs)
    this.#reached('before-commit')
    const ended = super.endTransaction(commit, deadlineMs)
    // Long enough for the request to leave, too short for its answer to be read.
    setImmediate(() => this.#reached('commit-sent'))
    await ended
    if (without !== 'position-inside') this.#reached('committed')
  }
}
