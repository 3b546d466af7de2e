import type pg from 'pg'
import type { ModelName } from '../../../../canonical/models.generated.ts'
import type { TargetRuleSet } from '../../../../canonical/rules.ts'
import type { ModelTable } from '../columns.ts'
import { remember } from '../history.ts'
import { forget, pending, post } from '../outbox.ts'
import { fencedPosition, type Position } from '../position.ts'
import { classified } from '../postgres-failure.ts'
import { checkVersion } from '../postgres-pool.ts'
import { OpenRejections } from '../open-rejections.ts'
import { compareStates } from '../state-order.ts'
import type { Account, Delivery, Hold, Input, StoredLetter, Target, Verdict } from '../target.ts'
import { inTransaction } from '../transaction.ts'
import { deliver, SomethingRefused } from './delivery.ts'
import { versionGuard, type Guard } from './guard.ts'
import { makeTables } from './tables-made.ts'
import { uniqueIndexes, type UniqueIndex } from './unique-index.ts'
import { Writer } from './writer.ts'

/** What keeps the promises; a test puts something else in the place of each. */
export const warehouseGuards = { position: fencedPosition as Position, version: versionGuard as Guard, compare: compareStates, open: OpenRejections }

/** Rows of a relational database and the position of their records, in one transaction. */
export class WarehousePostgres implements Target {
  readonly readsBytes = true
  /** One connection is left for the outbox. */
  readonly atOnce: number
  readonly openRejections: OpenRejections
  readonly #name: string
  readonly #pool: pg.Pool
  readonly #models: readonly ModelTable[]
  readonly #strict: ReadonlySet<ModelName>
  readonly #history: boolean
  readonly #position: Position
  readonly #unique: readonly UniqueIndex[]
  readonly #writers: ReadonlyMap<ModelName, Writer>

  constructor(at: { name: string; pool: pg.Pool; models: readonly ModelTable[]; strict: ReadonlySet<ModelName>; history: boolean; rules?: readonly TargetRuleSet[] }, guards = warehouseGuards) {
    this.#name = at.name
    this.#pool = at.pool
    this.atOnce = Math.max(1, at.pool.options.max - 1)
    this.#models = at.models
    this.#strict = at.strict
    this.#history = at.history
    this.#position = guards.position
    this.openRejections = new guards.open(at.pool, at.name)
    this.#unique = at.models.flatMap((it) => uniqueIndexes(it, at.rules ?? []))
    this.#writers = new Map(at.models.map((it) => [it.model, new Writer(at.name, it, guards.version, guards.compare)]))
  }

  async open(): Promise<void> {
    await checkVersion(this.#pool)
    await inTransaction(this.#pool, 'preparing tables', (client) => makeTables(client, this.#models, this.#unique))
  }

  take(input: Input, first: number): Promise<{ hold: Hold; position: number }> {
    return inTransaction(this.#pool, 'taking the position', (client) => this.#position.take(client, this.#name, input, first))
  }

  async apply(hold: Hold, interval: { from: number; next: number }, deliveries: readonly Delivery[], account: (verdicts: readonly Verdict[]) => Account): Promise<void> {
    try { await this.#write(hold, interval, deliveries, account, false) } catch (error) {
      if (!(error instanceof SomethingRefused)) throw error
      await this.#write(hold, interval, deliveries, account, true)
    }
  }

  /** Invariant 2: rows, account and position are one transaction. */
  async #write(hold: Hold, interval: { from: number; next: number }, deliveries: readonly Delivery[], account: (verdicts: readonly Verdict[]) => Account, carefully: boolean): Promise<void> {
    const writer = deliveries.length === 0 ? null : this.#writerOf(deliveries[0]!.model)
    const used = await inTransaction(this.#pool, 'writing a chunk', async (client) => {
      await this.#position.advance(client, this.#name, hold, interval)
      await writer?.prepare(client)
      const verdicts = writer === null ? [] : await deliver(client, writer, deliveries, { strict: this.#strict.has(deliveries[0]!.model), carefully, unique: this.#unique })
      if (this.#history) await remember(client, this.#name, hold, deliveries, verdicts)
      const known = account(verdicts)
      await this.openRejections.change(client, known)
      await post(client, this.#name, hold, known.letters)
      return client
    })
    writer?.isPrepared(used)
  }

  async outdated(states: readonly Delivery[]): Promise<readonly (Verdict | null)[]> {
    try { return await this.#writerOf(states[0]!.model).outdated(this.#pool, states) } catch (error) { throw classified(error, 'comparing states') }
  }

  async letters(inputs: readonly Input[], most: number): Promise<readonly StoredLetter[]> {
    try { return await pending(this.#pool, this.#name, inputs, most) } catch (error) { throw classified(error, 'reading the outbox') }
  }
  async sent(letters: readonly StoredLetter[]): Promise<void> {
    try { await forget(this.#pool, letters) } catch (error) { throw classified(error, 'emptying the outbox') }
  }
  async close(): Promise<void> { await this.#pool.end() }

  #writerOf(model: ModelName): Writer {
    const writer = this.#writers.get(model)
    if (writer === undefined) throw new Error(`${this.#name} has no table for ${model}`)
    return writer
  }
}
