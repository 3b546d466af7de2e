import { milliseconds } from '../../canonical/duration.ts'
import type { Lookup, TableCard } from '../../canonical/table-card.ts'
import { Environment } from '../runtime/failure.ts'
import type { Table } from './table.ts'

/** The tables that one source's rules look keys up in. */
export class Tables implements Lookup {
  readonly #tables: ReadonlyMap<TableCard, Pick<Table, 'has' | 'check'>>
  #timestamp = 0
  constructor(wanted: readonly TableCard[], all: readonly Pick<Table, 'card' | 'has' | 'check'>[]) {
    this.#tables = new Map(wanted.map((card) => [card, all.find((it) => it.card === card) ?? missing(card)]))
  }

  /** Before anything is judged by them: throws while one has not been read, or not for too long. */
  async check(): Promise<void> { for (const table of this.#tables.values()) await table.check() }
  /** How old the record is that is judged next decides whether a missed key is waited for. */
  about(timestamp: number): void { this.#timestamp = timestamp }

  readonly has = (card: TableCard, key: string): boolean | null => this.#tables.get(card)?.has(key) ?? null
  readonly awaited = ({ name, owner }: TableCard, waits: `P${string}`): void => {
    if (Date.now() < this.#timestamp + milliseconds(waits)) throw new Environment('table.key_awaited', `a record names a key that the table ${name} does not hold; it is waited for until the record is ${waits} old (owner: ${owner})`)
  }
}

function missing({ name }: TableCard): never { throw new Error(`nobody reads the table ${name}`) }
