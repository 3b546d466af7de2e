import type { ChunkAccount } from './chunk-account.ts'
import type { Delivery, OpenRejection, Verdict } from './targets/target.ts'

const newerVersion = { outcome: 'superseded', reason: 'newer-version' } as const
type State = Pick<OpenRejection, 'version' | 'revision'>

/** What the target holds for certain after a chunk of a state model: a refused state that is older than it is needed no more. */
export class Passed {
  readonly #deliveries: readonly Delivery[]
  readonly #verdicts: readonly Verdict[]
  #newest: Map<string, State> | null = null
  constructor(deliveries: readonly Delivery[], verdicts: readonly Verdict[]) {
    this.#deliveries = deliveries
    this.#verdicts = verdicts
  }

  /** What becomes of a record of the chunk: one that was refused while a newer state of its entity passed needs nobody. */
  instead({ meta }: Delivery, verdict: Verdict): Verdict { return verdict.outcome === 'rejected' && this.#by(meta.entity, meta) ? newerVersion : verdict }

  /** Invariant 3: what is open of an older state closes itself. */
  close(open: readonly OpenRejection[], account: ChunkAccount): void {
    for (const it of open) if (it.entity !== null && it.version !== null && !account.has(it) && this.#by(it.entity, it)) account.close(it, 'superseded', newerVersion.reason)
  }

  #by(entity: string, { version, revision }: State): boolean {
    this.#newest ??= newestOf(this.#deliveries, this.#verdicts)
    const held = this.#newest.get(entity)
    return held !== undefined && (held.version! - version! || held.revision! - revision!) > 0
  }
}

/** Whatever became of a state but a refusal, the target holds it or a newer one. */
function newestOf(deliveries: readonly Delivery[], verdicts: readonly Verdict[]): Map<string, State> {
  const newest = new Map<string, State>()
  for (let at = 0; at < deliveries.length; at++) {
    const { outcome } = verdicts[at]!, { entity, version, revision } = deliveries[at]!.meta
    if (outcome === 'rejected' || outcome === 'parked') continue
    const before = newest.get(entity)
    if (before === undefined || (version - before.version! || revision - before.revision!) > 0) newest.set(entity, { version, revision })
  }
  return newest
}
