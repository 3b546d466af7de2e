import type pg from 'pg'
import { modelCards } from '../../../../canonical/cards/index.generated.ts'
import type { ModelName } from '../../../../canonical/models.generated.ts'
import { Environment } from '../../../runtime/failure.ts'
import { historyTable, remember } from '../history.ts'
import { forget, outboxHeaders, outboxIndex, outboxTable, pending, post } from '../outbox.ts'
import { fencedPosition, positionTable, type Position } from '../position.ts'
import { classified } from '../postgres-failure.ts'
import { checkVersion } from '../postgres-pool.ts'
import { compareStates, groupByEntity, type Group } from '../state-order.ts'
import { OpenRejections, openRejectionTable } from '../open-rejections.ts'
import type { Account, Delivery, Hold, Input, StoredLetter, Target, Verdict } from '../target.ts'
import { inTransaction } from '../transaction.ts'
import { claimAttempt, claimIndex, claimTable, entityTable, keep, known, settle, verdictOf, writeClaims, type Answer, type Claim } from './claims.ts'
import { inParallel } from './in-parallel.ts'
import { plan, verdictOver, type Verdicts, type Work } from './plan.ts'
import { bodyOf, type Resource } from './resources.ts'
import type { Sender } from './sender.ts'

type Answered = Claim & { answer: Answer }
/** What keeps the promises; a test puts something else in the place of each. */
export const crmGuards = { position: fencedPosition as Position, compare: compareStates, keyOf, open: OpenRejections }
/** An API repeats its answer to a key, a refusal too: what was refused for good is tried again under a key of its own. */
function keyOf({ meta, attempt, tries }: Claim): string { return `${meta.effectKey}${attempt === 1 && tries === 1 ? '' : `/${attempt}`}${tries === 1 ? '' : `.${tries}`}` }

/** An API that takes one idempotency key for each effect; what was claimed, answered and read is in a state database of our own. */
export class CrmHttp implements Target {
  readonly #it: { name: string; state: pg.Pool; sender: Sender; resources: readonly Resource[]; atOnce: number; history: boolean }
  readonly #guards: typeof crmGuards
  readonly openRejections: OpenRejections
  readonly #claimOf: ReadonlyMap<ModelName, (delivery: Delivery) => Claim>

  constructor(it: { name: string; state: pg.Pool; sender: Sender; resources: readonly Resource[]; atOnce: number; history: boolean }, guards = crmGuards) {
    const strict = it.resources.flatMap(({ model }) => (modelCards[model].kind === 'strict' ? [model] : []))
    // Of what arrives together only the newest state is sent: for a model whose every record counts that would leave some out in silence.
    if (strict.length > 0) throw new Error(`${it.name} cannot be fed with ${strict.join(' and ')}: every record of it counts, and this target sends only the newest state of an entity. Take it off the card's models.`)
    this.#it = it
    this.#guards = guards
    this.openRejections = new guards.open(it.state, it.name)
    this.#claimOf = new Map(it.resources.map((resource) => [resource.model, claims(resource)]))
  }

  async open(): Promise<void> {
    await checkVersion(this.#it.state)
    await inTransaction(this.#it.state, 'preparing the state database', async (client) => {
      await client.query(`select pg_advisory_xact_lock(hashtext('tributary tables'))`)
      for (const statement of ['create schema if not exists hub', positionTable, outboxTable, outboxHeaders, outboxIndex, historyTable, entityTable, claimTable, claimAttempt, claimIndex, openRejectionTable]) await client.query(statement)
    })
  }

  take(input: Input, first: number): Promise<{ hold: Hold; position: number }> {
    return inTransaction(this.#it.state, 'taking the position', (client) => this.#guards.position.take(client, this.#it.name, input, first))
  }

  async apply(hold: Hold, interval: { from: number; next: number }, deliveries: readonly Delivery[], account: (verdicts: readonly Verdict[]) => Account): Promise<void> {
    const { name, state, history } = this.#it
    const verdicts: Verdicts = new Array<Verdict | undefined>(deliveries.length)
    const answered = new Map<string, Answered>()
    const groups = groupByEntity(deliveries)
    for (let left = groups; left.length > 0;) {
      const works = await this.#claim(hold, interval.from, deliveries, left, verdicts, answered)
      await inParallel(works, this.#it.atOnce, (work) => this.#send(work, verdicts, answered))
      left = works.map((it) => it.group).filter((group) => group.some((at) => verdicts[at] === undefined))
    }
    const all = verdicts as Verdict[]
    // Invariant 2: outcomes, account and position are one transaction; each effect before it has one key and one recorded outcome.
    await inTransaction(state, 'recording the outcomes of a chunk', async (client) => {
      await this.#guards.position.advance(client, name, hold, interval)
      await settle(client, name, [...answered.values()], new Set(deliveries.map((it) => it.meta.effectKey)))
      if (history) await remember(client, name, hold, deliveries, all)
      const known = account(all)
      await this.openRejections.change(client, known)
      await post(client, name, hold, known.letters)
    }).catch(async (error: unknown) => {
      if (error instanceof Environment) await this.#keep(hold, interval.from, [...answered.values()])
      throw error
    })
  }

  /** The effects are out, whatever keeps their chunk from being accounted for. A refusal under a key is for good: the same key would never show that the API takes them again. */
  #keep(hold: Hold, from: number, answered: readonly Answered[]): Promise<void> {
    const { name, state } = this.#it
    return inTransaction(state, 'keeping what was answered', async (client) => {
      await this.#guards.position.advance(client, name, hold, { from, next: from })
      await keep(client, name, answered)
    })
  }

  outdated(states: readonly Delivery[]): Promise<readonly (Verdict | null)[]> {
    return inTransaction(this.#it.state, 'comparing states', async (client) => {
      const { held, claims } = await known(client, this.#it.name, states[0]!.model, states.map(({ meta }) => meta.entity))
      return states.map(({ meta }) => verdictOver(meta, held.get(meta.entity), claims.get(meta.entity) ?? [], this.#guards.compare))
    })
  }

  async letters(inputs: readonly Input[], most: number): Promise<readonly StoredLetter[]> {
    try { return await pending(this.#it.state, this.#it.name, inputs, most) } catch (error) { throw classified(error, 'reading the outbox') }
  }
  async sent(letters: readonly StoredLetter[]): Promise<void> {
    try { await forget(this.#it.state, letters) } catch (error) { throw classified(error, 'emptying the outbox') }
  }
  async close(): Promise<void> { await Promise.all([this.#it.state.end(), this.#it.sender.close()]) }

  /** Invariant 12: what is to be sent is written down under the fence, before anything is sent. */
  #claim(hold: Hold, from: number, deliveries: readonly Delivery[], groups: readonly Group[], verdicts: Verdicts, answered: Map<string, Answered>): Promise<Work[]> {
    const { name, state } = this.#it, { model } = deliveries[0]!
    const claim = this.#claimOf.get(model)
    if (claim === undefined) throw new Error(`${name} has no collection for ${model}`)
    return inTransaction(state, 'claiming effects', async (client) => {
      await this.#guards.position.advance(client, name, hold, { from, next: from })
      const { held, claims } = await known(client, name, model, groups.map((group) => deliveries[group[0]!]!.meta.entity))
      const works = groups.flatMap((group) => {
        const { entity } = deliveries[group[0]!]!.meta
        const mine = (claims.get(entity) ?? []).map((it) => answered.get(it.meta.effectKey) ?? it)
        const work = plan(group, deliveries, verdicts, held.get(entity), mine, this.#guards.compare, claim)
        for (const it of mine) if (it.answer !== null) answered.set(it.meta.effectKey, it as Answered)
        return work === null ? [] : [work]
      })
      await writeClaims(client, name, works.filter((it) => it.fresh).flatMap((it) => it.claims))
      return works
    })
  }

  /** Invariant 4: one after the other for one entity; different entities side by side. */
  async #send(work: Work, verdicts: Verdicts, answered: Map<string, Answered>): Promise<void> {
    for (const claim of work.claims) {
      const answer = await this.#it.sender.send(claim, () => this.#guards.keyOf(claim))
      answered.set(claim.meta.effectKey, { ...claim, answer })
      if (work.winner === null) continue
      verdicts[work.winner] = verdictOf(answer)
      if (answer.outcome === 'applied') for (const at of work.group) verdicts[at] ??= work.others[at]
    }
  }
}

function claims(resource: Resource): (delivery: Delivery) => Claim {
  const body = bodyOf(resource)
  return (delivery) => ({
    meta: delivery.meta, model: delivery.model, path: `/${resource.collection}/${encodeURIComponent(delivery.meta.entity)}`,
    ...(delivery.content === null ? { method: 'DELETE', body: null } : { method: 'PUT', body: body(delivery) }), attempt: delivery.attempt ?? 1, tries: 1, answer: null,
  })
}
