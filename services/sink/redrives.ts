import { events } from '../runtime/events.ts'
import type { Chunk, KafkaRecord } from '../runtime/kafka/chunk.ts'
import { knownAs } from '../runtime/known-as.ts'
import { asItLay } from '../runtime/redrive.ts'
import { waits } from '../runtime/waits.ts'
import type { ChunkAccount } from './chunk-account.ts'
import { orderOf, release, type Order } from './redrive-order.ts'
import type { OpenRejection } from './targets/target.ts'
import type { Waiting } from './waiting.ts'

/** So many parked records are let go with one chunk. */
const releasedAtOnce = 1_000
/** Reads records of the partition again, by their offsets; one that is no longer there is left out. */
export type Reread = (offsets: readonly number[]) => Promise<ReadonlyMap<number, KafkaRecord>>

type Lines = ReadonlyMap<string, readonly OpenRejection[]>
interface Taken { readonly record: KafkaRecord; readonly was: OpenRejection }

/** What a chunk of a redrive topic asks for, sorted out by what is open: each rejection is taken once. */
export class Redrives {
  readonly taken: Taken[] = []
  readonly #discarded: OpenRejection[] = []
  readonly #already: { offset: number; attempt: number }[] = []
  readonly #notYet: OpenRejection[] = []
  readonly #used = new Set<number>()
  /** Of strict models: entities of which a record is on its way, and the beginning of what waits of them. */
  readonly #busy = new Set<string>()
  #lines: Lines = new Map()
  #released: Lines = new Map()
  #perLine = 0
  private constructor() {}

  static async of(chunk: Chunk, waiting: Waiting, reread: Reread, { unit, strict }: { unit: string; strict: boolean }): Promise<Redrives> {
    const these = new Redrives(), orders: Order[] = []
    for (const record of chunk.records) {
      const order = orderOf(record, waiting.of, unit)
      if (order === null) events.redriveRefused(unit)
      else orders.push(order)
    }
    const open = new Map((await waiting.at(orders.flatMap((it) => ('it' in it && knownAs(waiting.of, it.it.topicId) ? it.it.offset : [])))).map((row) => [row.offset, row]))
    const released = new Set(orders.flatMap((it) => ('release' in it ? it.release : [])))
    these.#perLine = Math.max(1, Math.floor(releasedAtOnce / Math.max(1, released.size))) + 1
    if (strict) {
      these.#lines = await waiting.lines([...open.values()].map(({ entity }) => entity), 2)
      these.#released = await waiting.lines(released, these.#perLine)
    }
    for (const order of orders) if ('it' in order) these.#ask(order, open.get(order.it.offset), strict)
    await these.#release(released, reread, unit)
    return these
  }

  #ask({ record, it }: Extract<Order, { it: unknown }>, row: OpenRejection | undefined, strict: boolean): void {
    if (row === undefined || row.attempt !== it.attempt || this.#used.has(row.offset)) return void this.#already.push(it)
    const { entity, offset } = row
    if (it.ask === 'discard') this.#discarded.push(row)
    // Invariant 4: it waits for an earlier one of its entity, and is let go with that.
    else if (strict && entity !== null && (this.#busy.has(entity) || this.#lines.get(entity)?.[0]?.offset !== offset)) return void this.#notYet.push(row)
    else this.taken.push({ record: asItLay(record, it), was: row })
    this.#used.add(offset)
    if (it.ask === 'redrive' && entity !== null) this.#busy.add(entity)
  }

  /** Parked records are read again where they lie: canonical topics keep everything. */
  async #release(entities: ReadonlySet<string>, reread: Reread, unit: string): Promise<void> {
    const ready: OpenRejection[] = []
    for (const entity of entities) {
      if (this.#busy.has(entity)) continue
      const line = (this.#released.get(entity) ?? []).slice(0, this.#perLine - 1).filter(({ offset }) => !this.#used.has(offset)), end = line.findIndex(({ code }) => code !== waits.code)
      ready.push(...(end === -1 ? line : line.slice(0, end)))
    }
    if (ready.length === 0) return
    const found = await reread(ready.map(({ offset }) => offset).sort((a, b) => a - b)), lost = new Set<string>()
    for (const was of ready) {
      const record = found.get(was.offset), entity = was.entity!
      if (lost.has(entity)) continue
      if (record === undefined) {
        // It stays first in its line: its bytes lie in the rejected topic, and a person can send it again from there.
        events.parkedGone(unit, was.offset)
        lost.add(entity)
        continue
      }
      this.taken.push({ record, was })
      this.#used.add(was.offset)
      this.#busy.add(entity)
    }
  }

  /** Everything but the records that are delivered again. */
  account(to: ChunkAccount): void {
    for (const it of this.#already) to.answer(it, 'already', null)
    for (const it of this.#notYet) to.answer(it, 'parked', waits.code)
    for (const it of this.#discarded) to.close(it, 'discarded', null)
  }

  /** Who waited behind what this chunk has closed is next. */
  next(to: ChunkAccount, redriveTopic: string): void {
    const closed = new Set(to.closed), opened = new Set(to.opened.map(({ offset }) => offset))
    const ended = new Set([...this.taken.map(({ was }) => was), ...this.#discarded].flatMap(({ offset, entity }) => (entity !== null && closed.has(offset) ? entity : [])))
    for (const entity of ended) {
      const [line, most] = this.#released.has(entity) ? [this.#released.get(entity)!, this.#perLine] : [this.#lines.get(entity) ?? [], 2]
      const first = line.find(({ offset }) => !closed.has(offset))
      if (first === undefined ? line.length === most : first.code === waits.code && !opened.has(first.offset)) to.post(release(redriveTopic, to.of, entity))
    }
  }
}
