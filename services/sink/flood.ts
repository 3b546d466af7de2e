import type { TargetCard } from '../../canonical/card.ts'
import type { ModelName } from '../../canonical/models.generated.ts'
import { isApproved } from '../runtime/approval.ts'
import { events } from '../runtime/events.ts'
import { Environment } from '../runtime/failure.ts'
import { DistinctLately } from './distinct-lately.ts'
import type { Verdict } from './targets/target.ts'

export interface FloodSettings {
  readonly card: Pick<TargetCard, 'name' | 'owner' | 'onCall' | 'rejects' | 'resumes'>
  readonly model: ModelName
  /** When a person last let the target go on, in milliseconds; -Infinity: never. */
  readonly approvedAt: () => number
}
/** A record that was given to the target for the first time, and what became of it. */
export interface Tried { readonly entity: string; readonly timestamp: number; readonly verdict: Verdict }
/** Since when what comes next waits, and for what. `heldAt`: when a chunk was last refused its commit; `through`: entities that went through since. */
interface Open { readonly since: number; readonly cause: string; readonly says: string; heldAt: number; through: number }

const windowMs = 60_000
/** Below this a share says nothing. */
const atLeast = 100

/**
 * Tells the target's fault from bad data: many entities of a model that are refused for one cause within a minute. The chunk that shows it is not committed,
 * and from then on one chunk at a time is tried, until the target takes it or a person lets it be refused. Invariant 7: nothing of a flood becomes a rejection.
 * One for each model of a target, over all of its partitions in this process: another table's records would thin the share, and their passing would prove nothing.
 */
export class Flood {
  readonly #it: FloodSettings
  readonly #tried = new DistinctLately(windowMs)
  /** By cause the entities that were refused for it, and when; the latest last. */
  readonly #refused = new Map<string, Map<string, number>>()
  #open: Open | null = null
  #probing = false
  constructor(it: FloodSettings) { this.#it = it }

  /** Before a chunk is given to the target. Throws where it has to wait; answers how to say that it is no longer in hand. */
  enter(): () => void {
    const { card: { resumes }, approvedAt } = this.#it
    if (this.#open !== null && approvedAt() >= this.#open.since) this.#close()
    if (this.#open === null) return () => {}
    if (this.#probing || resumes === 'on-approval') throw held(this.#open)
    this.#probing = true
    return () => { this.#probing = false }
  }

  /** Before the transaction ends, so that throwing here undoes all of it. What was redriven never comes here: it was refused before. */
  judge(chunk: readonly Tried[]): void {
    const approved = this.#it.approvedAt(), counted = chunk.filter(({ timestamp }) => !isApproved(timestamp, approved))
    if (counted.length === 0) return
    for (const { entity } of counted) this.#tried.add(entity)
    const causes = causesIn(counted)
    if (this.#open !== null) this.#probe(this.#open, counted, causes)
    if (causes.size === 0) return
    this.#note(causes)
    this.#find(causes.keys())
  }

  #probe(open: Open, counted: readonly Tried[], causes: Map<string, Set<string>>): void {
    const entities = new Set(counted.map(({ entity }) => entity)).size, refused = causes.get(open.cause)?.size ?? 0
    if (refused > entities * this.#it.card.rejects) {
      open.heldAt = performance.now()
      throw held(open)
    }
    // A few records that pass prove little, so the next ones are still looked at one chunk at a time; but what the window has forgotten is over.
    open.through += entities
    if (open.through >= atLeast || performance.now() - open.heldAt >= windowMs) this.#close()
    causes.delete(open.cause)
  }

  #note(causes: ReadonlyMap<string, ReadonlySet<string>>): void {
    const now = performance.now()
    for (const [cause, entities] of causes) {
      let known = this.#refused.get(cause)
      if (known === undefined) this.#refused.set(cause, known = new Map())
      for (const entity of entities) { known.delete(entity); known.set(entity, now) }
    }
    for (const [cause, entities] of this.#refused) {
      for (const [entity, at] of entities) { if (at > now - windowMs) break; entities.delete(entity) }
      if (entities.size === 0) this.#refused.delete(cause)
    }
  }

  #find(causes: Iterable<string>): void {
    const of = this.#tried.count(), { card, model } = this.#it
    if (of < atLeast) return
    for (const cause of causes) {
      const refused = this.#refused.get(cause)!.size
      if (refused <= of * card.rejects) continue
      const next = card.resumes === 'by-itself' ? 'It goes on by itself when the target takes what comes next, or when a person lets it be refused (hub resume).' : 'It goes on when a person approves (hub resume).'
      this.#open = { since: Date.now(), cause, says: `${refused} of ${of} entities of ${model} were refused within a minute for ${cause}, more than ${card.rejects * 100} %. What comes next waits. ${next}`, heldAt: performance.now(), through: 0 }
      events.targetFloodFound(card, model, { cause, refused, of })
      throw held(this.#open)
    }
  }

  /** Begins anew: what was refused before says nothing about the target as it is now. */
  #close(): void {
    this.#open = null
    this.#refused.clear()
  }
}

const held = ({ says }: Open): Environment => new Environment('target.refuses_many', says)

/** The entities that were refused, by cause: code and field, values left out. What no target would take whatever is changed there is the record's own fault. */
function causesIn(tried: readonly Tried[]): Map<string, Set<string>> {
  const causes = new Map<string, Set<string>>()
  for (const { entity, verdict } of tried) {
    if (verdict.outcome !== 'rejected' || verdict.ofTheValues === true) continue
    for (const { code, field } of verdict.problems) {
      const cause = `${code} on ${field.replaceAll(/\[\d+\]/g, '[]')}`, known = causes.get(cause)
      if (known) known.add(entity)
      else causes.set(cause, new Set([entity]))
    }
  }
  return causes
}
