import { setTimeout as sleep } from 'node:timers/promises'
import { unscaled } from '../../../canonical/decimal.ts'
import { controlTotals, type ModelCard } from '../../../canonical/model-card.ts'
import type { Cluster } from '../../runtime/kafka/cluster.ts'
import type { KafkaRecord } from '../../runtime/kafka/chunk.ts'
import { endsOf } from '../../runtime/kafka/ends-of.ts'
import { offsetOf } from '../../runtime/kafka/offsets.ts'
import { readAt } from '../../runtime/kafka/read-at.ts'
import { readSlice } from '../../runtime/kafka/read-slice.ts'
import type { Registry } from '../../runtime/registry.ts'
import type { ModelAudit, Stand } from '../../sink/targets/audit.ts'
import { checksumOf } from '../../sink/targets/row-bytes.ts'
import { type Digest, Expected, type Place } from './expected.ts'
import { StateReader, type ReadState } from './read-state.ts'

/** What the ledger knows of a record that the target refused: `discarded` for good, or `underway`: the target may have done more than the ledger has read. */
export type Refusals = ReadonlyMap<string, 'discarded' | 'underway'>
export interface FoldSettings {
  readonly cluster: Cluster; readonly registry: Pick<Registry, 'schemaOf'>; readonly card: ModelCard; readonly topic: string; readonly audit: Pick<ModelAudit, 'rowsOf'>
  /** Waits as long as so many records are to take. */
  readonly pace: (records: number) => Promise<void>
}

/** Reads a canonical topic up to where a target stands, and keeps what the target should hold then. */
export class Fold {
  readonly expected = new Expected()
  /** Nobody can say which of their records count: they are judged next time. */
  readonly undecided = new Set<string>()
  /** Records are gone from the start of the topic: what has none may have had one. */
  limited: boolean
  topicId = ''
  readonly #it: FoldSettings
  readonly #reader: StateReader
  readonly #totals: (content: never) => Readonly<Record<string, string>>
  readonly #next = new Map<number, number>()
  #refused: Place[] = []

  constructor(it: FoldSettings) {
    this.#it = it
    this.#reader = new StateReader(it.card.model, it.registry)
    this.#totals = controlTotals(it.card) as (content: never) => Record<string, string>
    this.limited = it.card.retention !== 'forever'
  }

  /** How many offsets are still to be read until this stand. */
  behind({ positions }: Stand): number {
    let offsets = 0
    for (const [partition, next] of positions) offsets += Math.max(0, next - (this.#next.get(partition) ?? 0))
    return offsets
  }

  async to(stand: Stand, refusals: Refusals): Promise<void> {
    const { cluster, topic } = this.#it
    this.topicId = (await cluster.mustKnow(topic)).id
    await this.#again(stand, refusals)
    for (const [partition, end] of stand.positions) {
      let from = this.#next.get(partition) ?? await this.#first(partition)
      while (from < end) {
        const { records, next } = await readSlice(cluster, { topic, id: this.topicId, partition, from })
        const these = next > end ? records.filter(({ offset }) => offset < end) : records
        await this.#take(partition, these, stand, refusals)
        // A transaction that is not through yet, at a broker that is behind the one that the target has read from.
        if (next === from) await sleep(20)
        from = next
        await this.#it.pace(these.length)
      }
      this.#next.set(partition, Math.max(end, this.#next.get(partition) ?? 0))
    }
  }

  /** The states at these places, as their rows are made of them. */
  async states(places: readonly Place[]): Promise<ReadState[]> {
    const found: ReadState[] = []
    for (const [partition, these] of Map.groupBy(places, (it) => it.partition)) {
      const records = await readAt(this.#it.cluster, this.#it.topic, partition, [...new Set(these.map((it) => it.offset))])
      found.push(...(await this.#reader.read([...records.values()])).filter((it) => it !== null))
    }
    return found
  }

  /** Of which entities the topic holds something that the target has not come to yet; null: that is more than `most` offsets. */
  async ahead(most: number): Promise<ReadonlySet<string> | null> {
    const { cluster, topic } = this.#it, ends = (await endsOf(cluster, [topic], 'lastStable')).get(topic) ?? [], entities = new Set<string>()
    const rest = await Promise.all(ends.map(async (end, partition) => ({ partition, end, from: this.#next.get(partition) ?? await this.#first(partition) })))
    if (rest.reduce((sum, { from, end }) => sum + Math.max(0, end - from), 0) > most) return null
    for (const { partition, end, from: begin } of rest) for (let from = begin; from < end;) {
      const { records, next } = await readSlice(cluster, { topic, id: this.topicId, partition, from })
      for (const { key } of records) if (key !== null) entities.add(key.toString())
      if (next === from) await sleep(20)
      from = next
    }
    return entities
  }

  async #first(partition: number): Promise<number> {
    const first = await offsetOf(this.#it.cluster, this.#it.topic, partition, 'earliest')
    if (first > 0) this.limited = true
    return first
  }

  async #take(partition: number, records: readonly KafkaRecord[], { open }: Stand, refusals: Refusals): Promise<void> {
    const states = await this.#reader.read(records), refused = open.get(partition)
    for (let at = 0; at < records.length; at++) {
      const state = states[at]!, { offset } = records[at]!
      if (state === null) continue
      if (refused?.has(offset) === true) this.#refused.push({ partition, offset })
      else this.#judge({ partition, offset }, state, refusals)
    }
  }

  #judge(place: Place, state: ReadState, refusals: Refusals): void {
    const known = refusals.get(`${place.partition}/${place.offset}`)
    if (known === 'underway') this.undecided.add(state.entity)
    if (known !== 'discarded') this.expected.take(state, place, this.#digest)
  }

  /** What was refused when it was read may have been taken since, or discarded. */
  async #again({ open }: Stand, refusals: Refusals): Promise<void> {
    const done = this.#refused.filter(({ partition, offset }) => open.get(partition)?.has(offset) !== true)
    this.#refused = this.#refused.filter((it) => !done.includes(it))
    for (const it of done) for (const state of await this.states([it])) this.#judge(it, state, refusals)
  }

  readonly #digest = (state: ReadState): Digest => {
    let sum = 0n, rows = 0
    this.#it.audit.rowsOf(state, (_, __, bytes) => { sum += checksumOf(bytes); rows++ })
    const totals: Record<string, bigint> = {}
    for (const [name, amount] of Object.entries(this.#totals(state.content as never))) totals[name] = BigInt(unscaled(amount))
    return { sum: BigInt.asUintN(64, sum), rows, totals }
  }
}
