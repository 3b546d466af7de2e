import { modelCards } from '../../canonical/cards/index.generated.ts'
import { controlTotals, type ModelCard } from '../../canonical/model-card.ts'
import type { ModelName, Models } from '../../canonical/models.generated.ts'
import { ruleCheck } from '../../canonical/rule-check.ts'
import { ofTheRecord, type TargetRuleSet } from '../../canonical/rules.ts'
import { Books, type Totals } from '../runtime/books.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import type { Names } from '../runtime/names.ts'
import type { PassOver } from '../runtime/orders.ts'
import { passedOver } from '../runtime/passed-over.ts'
import type { Registry } from '../runtime/registry.ts'
import { ChunkAccount, type Reading } from './chunk-account.ts'
import { DeliveryReader, entityOf, type Read } from './delivery-reader.ts'
import type { Flood, Tried } from './flood.ts'
import { Letters } from './letters.ts'
import { Passed } from './passed.ts'
import { Redrives, type Reread } from './redrives.ts'
import { ruled } from './ruled.ts'
import { parked } from './targets/state-order.ts'
import type { Delivery, Hold, OpenRejection, Target, Verdict } from './targets/target.ts'
import type { Waiting } from './waiting.ts'

export interface RouteSettings {
  readonly model: ModelName
  readonly unit: string
  readonly target: Target
  readonly mapping: string
  readonly rules?: readonly TargetRuleSet[]
  readonly names: Names
  readonly registry: Pick<Registry, 'idOf' | 'schemaOf'>
  readonly instance: string
  readonly flood: Pick<Flood, 'enter' | 'judge'>
}
/** What a lease gives along with a chunk. */
export interface Held { readonly hold: Hold; readonly waiting: Waiting; readonly reread: Reread }

/** One model on its way into the target: reads a chunk, has it applied, and accounts for every record of it in the same transaction. */
export class Route {
  readonly topic: string
  /** Its rejections on their way here again. */
  readonly redriveTopic: string
  readonly model: ModelName
  readonly #it: RouteSettings
  readonly #strict: boolean
  readonly #reader: DeliveryReader
  readonly #ruled: (read: Read[]) => Read[]
  readonly #letters: Letters
  readonly #totals: (content: object | null) => Totals

  constructor(it: RouteSettings) {
    const card = modelCards[it.model] as ModelCard
    this.#it = it
    this.model = it.model
    this.topic = it.names.canonical(it.model)
    this.redriveTopic = it.names.redriveTarget(it.unit, it.model)
    this.#strict = card.kind === 'strict'
    this.#reader = new DeliveryReader(it.model, it.registry, it.target.readsBytes)
    this.#ruled = ruled(ruleCheck(it.model, ofTheRecord(it.rules ?? [])))
    this.#letters = new Letters(it)
    const totals = controlTotals(card)
    this.#totals = (content) => totals(content as Models[ModelName] | null)
  }

  /** What the topic does not hold any more is never read: no effect, and a receipt without records that names who said so. */
  async passOver(hold: Hold, { from, to, command }: PassOver): Promise<void> {
    await this.#letters.ready()
    await this.#it.target.apply(hold, { from, next: to }, [], () => {
      this.#letters.begin()
      const books = new Books()
      books.answers.push({ rejection: command, attempt: 0, outcome: passedOver, reason: null })
      return { letters: [this.#letters.receipt({ ...hold, unit: this.#it.unit, from, next: to, records: [] }, books, false)], of: hold, opened: [], closed: [] }
    })
  }

  async deliver(chunk: Chunk, held: Held): Promise<Books> {
    await this.#letters.ready()
    if (chunk.topic === this.redriveTopic) return this.#again(chunk, held)
    const leave = this.#it.flood.enter()
    try { return await this.#first(chunk, held) } finally { leave() }
  }

  async #first(chunk: Chunk, held: Held): Promise<Books> {
    const { records } = chunk, read = await this.#read(records)
    const lines = await held.waiting.lines(entitiesOf(read, records), this.#strict ? 1 : null)
    const behind = this.#turns(lines.keys())
    return this.#apply(chunk, held, records.map((record, at) => ({ record, read: read[at]!, was: null, behind: behind(read[at]!, record) })), [...lines.values()].flat(), null)
  }

  /** Invariant 3: what breaks a rule of the target and is older than what it holds would not be written anyway, and owes nobody anything. */
  async #read(records: readonly KafkaRecord[]): Promise<Read[]> {
    const all = this.#ruled(await this.#reader.read(records)), refused = all.flatMap((it, at) => ('delivery' in it && it.refused?.outcome === 'rejected' ? [{ at, it }] : []))
    if (refused.length === 0) return all
    const lost = await this.#it.target.outdated(refused.map(({ it }) => it.delivery))
    for (const [n, { at, it }] of refused.entries()) { const verdict = lost[n]; if (verdict) all[at] = { delivery: it.delivery, warned: it.warned ?? [], refused: verdict } }
    return all
  }

  /** The ordinary way once more, for records whose rejections are open. */
  async #again(chunk: Chunk, held: Held): Promise<Books> {
    const { unit } = this.#it, redrives = await Redrives.of(chunk, held.waiting, held.reread, { unit, strict: this.#strict })
    const { taken } = redrives, records = taken.map(({ record }) => record), read = await this.#read(records)
    const open = this.#strict ? [] : [...(await held.waiting.lines(entitiesOf(read, records), null)).values()].flat(), behind = this.#turns([])
    return this.#apply(chunk, held, taken.map(({ record, was }, at) => ({ record, read: again(read[at]!, was), was, behind: behind(read[at]!, record) })), open, redrives)
  }

  /** Invariant 4: of a strict model, what comes after a refused record of its entity waits behind it. */
  #turns(entities: Iterable<string>): (read: Read, record: KafkaRecord) => boolean {
    if (!this.#strict) return () => false
    const refused = new Set(entities)
    return (read, record) => {
      const entity = 'delivery' in read ? read.delivery.meta.entity : entityOf(record)
      if ('delivery' in read && refused.has(entity!)) return true
      if (entity !== null && ('problems' in read || read.refused?.outcome === 'rejected')) refused.add(entity)
      return false
    }
  }

  async #apply(chunk: Chunk, held: Held, readings: readonly Reading[], open: readonly OpenRejection[], redrives: Redrives | null): Promise<Books> {
    const { unit, target } = this.#it, { waiting } = held, deliveries: Delivery[] = []
    for (const { read, behind } of readings) if ('delivery' in read && read.refused === undefined && !behind) deliveries.push(read.delivery)
    let account!: ChunkAccount
    await target.apply(held.hold, { from: chunk.from, next: chunk.next }, deliveries, (verdicts) => {
      this.#letters.begin()
      account = new ChunkAccount({ unit, model: this.model, letters: this.#letters, totals: this.#totals, of: waiting.of })
      redrives?.account(account)
      const passed = this.#strict ? null : new Passed(deliveries, verdicts)
      let place = 0
      const became = readings.map((it): Verdict => {
        if ('problems' in it.read) return refusedToRead(it.read)
        if (it.behind) return parked
        const verdict = it.read.refused ?? verdicts[place++]!
        return passed?.instead(it.read.delivery, verdict) ?? verdict
      })
      this.#it.flood.judge(triedIn(readings, became))
      for (let at = 0; at < readings.length; at++) account.became(readings[at]!, became[at]!)
      passed?.close(open, account)
      if (this.#strict) redrives?.next(account, this.redriveTopic)
      account.receipt(chunk, redrives !== null)
      waiting.bound(account.more)
      return account
    })
    waiting.took(account, account.more)
    return account.books
  }
}

/** What came here for the first time and had its turn: what was refused before says nothing of the target as it is now. */
function triedIn(readings: readonly Reading[], became: readonly Verdict[]): Tried[] {
  return readings.flatMap(({ record, read, was, behind }, at) => {
    const entity = was !== null || behind ? null : 'delivery' in read ? read.delivery.meta.entity : entityOf(record)
    return entity === null ? [] : [{ entity, timestamp: record.timestamp, verdict: became[at]! }]
  })
}

function* entitiesOf(read: readonly Read[], records: readonly KafkaRecord[]): Iterable<string | null> {
  for (let at = 0; at < read.length; at++) { const it = read[at]!; yield 'delivery' in it ? it.delivery.meta.entity : entityOf(records[at]!) }
}
const again = (read: Read, { attempt }: OpenRejection): Read => ('delivery' in read ? { ...read, delivery: { ...read.delivery, attempt: attempt + 1 } } : read)
function refusedToRead({ problems }: Extract<Read, { problems: unknown }>) {
  const first = problems[0]!
  return { outcome: 'rejected', code: first.code, says: `expected ${first.expected}, got ${first.got}`, problems } as const
}
