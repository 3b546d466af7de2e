import { setTimeout as sleep } from 'node:timers/promises'
import { modelCards } from '../../../canonical/cards/index.generated.ts'
import type { TargetCard } from '../../../canonical/card.ts'
import type { TargetRuleSet } from '../../../canonical/rules.ts'
import type { ModelCard } from '../../../canonical/model-card.ts'
import type { ModelName } from '../../../canonical/models.generated.ts'
import { events } from '../../runtime/events.ts'
import type { FindingKindName } from '../../runtime/finding-kinds.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { Ledger } from '../../runtime/ledger/ledger.ts'
import type { Names } from '../../runtime/names.ts'
import type { Registry } from '../../runtime/registry.ts'
import { Rounds } from '../../runtime/rounds.ts'
import type { OpenAudit } from '../../sink/targets/audit.ts'
import { tell } from '../findings/tell.ts'
import { writeFindings } from '../findings/write-findings.ts'
import { turnOf, type Turn } from '../job.ts'
import type { RunningActs } from '../running-acts.ts'
import { auditModel, type Pass } from './audit-model.ts'
import { answer, askedOf, type AskedAudit } from './asked-audits.ts'
import { refusalsOf } from './refusals.ts'

export const targetKinds: readonly FindingKindName[] = ['target.missing', 'target.differs', 'target.stale', 'target.surplus', 'target.conflict', 'target.repeated']
/** How far a target's audit is: the latest pass over each of its models. A pass that was broken off begins again. */
export interface AuditCursor { readonly passes: Readonly<Partial<Record<ModelName, Pass>>> }
export const auditJob = (target: string): string => `audit ${target}`

export interface AuditorSettings {
  readonly cluster: Cluster; readonly registry: Registry; readonly ledger: Ledger; readonly names: Names; readonly running: RunningActs
  /** Those that this reconciler was told of. */
  readonly targets: readonly { readonly card: TargetCard; readonly rules: readonly TargetRuleSet[]; readonly audit: OpenAudit }[]
  readonly everyMs: number
  /** So many canonical records a second are read. */
  readonly perSecond: number
}
const lookEveryMs = 1_000, beatMs = 10_000
/** Another reconciler may audit, or end: so long nothing is known at the most. */
const mostMs = 10_000
/** After a failure: a pass reads the whole topic. */
const restMs = 60_000

/** Audits every target that it was told of, one after the other, as often as is set; one reconciler at a time. */
export class TargetAuditor {
  readonly #it: AuditorSettings
  readonly #rounds: Rounds
  readonly #aborted = new AbortController()
  /** What was told of last, so that an outage is told once. */
  readonly #told = new Map<string, string>()
  readonly #restUntil = new Map<string, number>()
  /** When something is due by itself, as far as is known. */
  readonly #nothingUntil = new Map<string, number>()
  constructor(it: AuditorSettings) {
    this.#it = it
    this.#rounds = new Rounds(async () => {
      // Without the ledger nothing is asked for, and nothing can be done: its turn says so.
      const asked = await it.running.any(['audit-target']).then((any) => any ? askedOf(it.ledger, it.targets.map(({ card }) => card)) : []).catch(() => [])
      for (const { card } of it.targets) await this.#round(card.name, asked.filter(({ target }) => target === card.name))
      return lookEveryMs
    })
  }

  async stop(): Promise<void> {
    this.#aborted.abort()
    await this.#rounds.stop()
    await Promise.all(this.#it.targets.map(({ audit }) => audit.close()))
  }

  async #round(target: string, asked: readonly AskedAudit[]): Promise<void> {
    if (performance.now() < (this.#restUntil.get(target) ?? 0) || (asked.length === 0 && performance.now() < (this.#nothingUntil.get(target) ?? 0))) return
    try {
      const had = await turnOf<AuditCursor>(this.#it.ledger, auditJob(target), async (turn) => {
        let cursor = turn.cursor ?? { passes: {} }, left = asked
        const done = new Set<ModelName>()
        for (const model of new Set([...asked.flatMap(({ models }) => models), ...this.#due(target, cursor)])) {
          if (this.#aborted.signal.aborted) return
          cursor = await this.#audit(target, model, cursor, turn)
          this.#told.delete(target)
          done.add(model)
          const [ended, others] = [left.filter(({ models }) => models.every((it) => done.has(it))), left.filter(({ models }) => !models.every((it) => done.has(it)))]
          for (const it of ended) await turn.commit(cursor, (tx) => answer(tx, it, cursor.passes))
          left = others
        }
        this.#nothingUntil.set(target, performance.now() + this.#dueIn(target, cursor))
      })
      if (!had) this.#nothingUntil.set(target, performance.now() + mostMs)
    } catch (error) {
      const { message } = error as Error
      if (!this.#aborted.signal.aborted && this.#told.get(target) !== message) events.targetAuditFailed(target, error as Error)
      this.#told.set(target, message)
      this.#restUntil.set(target, performance.now() + Math.min(restMs, this.#it.everyMs))
    }
  }

  #due(target: string, { passes }: AuditCursor): readonly ModelName[] {
    const since = Date.now() - this.#it.everyMs
    return this.#of(target).card.models.filter((model) => { const last = passes[model]; return last === undefined || Date.parse(last.at) <= since })
  }
  #dueIn(target: string, { passes }: AuditCursor): number {
    const next = this.#of(target).card.models.map((model) => (passes[model] === undefined ? 0 : Date.parse(passes[model].at) + this.#it.everyMs))
    return Math.min(mostMs, Math.min(...next) - Date.now())
  }
  #of(target: string) { return this.#it.targets.find(({ card }) => card.name === target)! }

  async #audit(target: string, model: ModelName, cursor: AuditCursor, turn: Turn<AuditCursor>): Promise<AuditCursor> {
    const { cluster, registry, ledger, names } = this.#it, { card, rules, audit } = this.#of(target), topic = names.canonical(model)
    let lost: unknown = null
    const beat = setInterval(() => { turn.commit(cursor).catch((error: unknown) => { lost = error }) }, beatMs)
    try {
      const { pass, found } = await auditModel({
        cluster, registry, topic, target: card, rules, model, card: modelCards[model] as ModelCard, audit: audit.of(model, topic), refusals: () => refusalsOf(ledger, target, topic), pace: this.#pace(() => lost),
      })
      const after: AuditCursor = { passes: { ...cursor.passes, [model]: pass } }
      // Only what was looked at as a whole shows that something is there no more.
      const looked = pass.complete && pass.leftOut === 0 ? { unit: target, kinds: targetKinds, model } : null
      let told: Awaited<ReturnType<typeof writeFindings>> = []
      await turn.commit(after, async (tx) => { told = await writeFindings(tx, found, looked) })
      // Money is for the ledger, not for logs.
      const { totals: _, ...counts } = pass
      tell(told)
      events.targetAudited(target, counts, told.length)
      return after
    } finally { clearInterval(beat) }
  }

  /** Holds to the rate, and ends the pass where the job was lost or the program stops. */
  #pace(lost: () => unknown): (records: number) => Promise<void> {
    const began = performance.now()
    let done = 0
    return async (records) => {
      done += records
      await sleep(Math.max(0, began + (done / this.#it.perSecond) * 1_000 - performance.now()), undefined, { signal: this.#aborted.signal })
      const error = lost()
      if (error !== null) throw error
    }
  }
}
