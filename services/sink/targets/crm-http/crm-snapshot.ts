import type pg from 'pg'
import type { AuditRow, BucketSum, Snapshot, Stand, Sum } from '../audit.ts'
import { checksumOf, type RowBytes } from '../row-bytes.ts'
import type { CrmReader, Item } from './crm-reader.ts'
import { heldRows } from './item-rows.ts'
import type { Resource } from './resources.ts'

export interface CrmSnapshotSettings {
  readonly target: string; readonly resource: Resource; readonly stand: Stand; readonly reader: CrmReader; readonly row: RowBytes
  /** The state database as it was when the stand was read, and as it is now. */
  readonly before: pg.ClientBase; readonly now: pg.Pool
}

/**
 * An API has no moments: it is listed while it is fed. So what differs is only a suspicion, and whoever asks for single entities gets those that
 * the sink has neither changed nor claimed since the stand.
 */
export class CrmSnapshot implements Snapshot {
  readonly totals: readonly string[] = []
  readonly #it: CrmSnapshotSettings
  readonly #rows: ReturnType<typeof heldRows>
  readonly #buckets = new Map<number, Map<string, Sum>>()
  #bounds: readonly Buffer[] = []
  read = 0
  constructor(it: CrmSnapshotSettings) {
    this.#it = it
    this.#rows = heldRows(it.resource, it.row)
  }
  get stand(): Stand { return this.#it.stand }

  async buckets(bounds: readonly string[]): Promise<readonly BucketSum[]> {
    this.#bounds = bounds.map((it) => Buffer.from(it))
    for await (const items of this.#it.reader.list(this.#it.resource.collection)) for (const item of items) {
      let sum = 0n, rows = 0
      this.#rows(item, (_, __, bytes) => { sum += checksumOf(bytes); rows++ })
      const bucket = this.#bucketOf(Buffer.from(item.id)), these = this.#buckets.get(bucket) ?? new Map<string, Sum>()
      this.#buckets.set(bucket, these.set(item.id, { rows, sum: BigInt.asUintN(64, sum) }))
      this.read += rows
    }
    return [...this.#buckets].map(([bucket, these]) => ({
      bucket, totals: new Map(), rows: [...these.values()].reduce((all, it) => all + it.rows, 0), sum: BigInt.asUintN(64, [...these.values()].reduce((all, it) => all + it.sum, 0n)),
    }))
  }

  /** As they were listed. */
  async entities(from: string | null): Promise<ReadonlyMap<string, Sum>> { return this.#buckets.get(from === null ? 0 : this.#bucketOf(Buffer.from(from))) ?? new Map<string, Sum>() }

  async rows(entities: readonly string[]): Promise<ReadonlyMap<string, readonly AuditRow[] | null>> {
    const { before: then, now, reader, resource } = this.#it, items = new Map<string, Item | null>()
    for (const entity of entities) items.set(entity, await reader.item(resource.collection, entity))
    const before = await this.#marks(then, entities), after = await this.#marks(now, entities)
    return new Map([...items].map(([entity, item]) => {
      if (before.get(entity) === 'claimed' || before.get(entity) !== after.get(entity)) return [entity, null]
      const rows: AuditRow[] = []
      if (item !== null) this.#rows(item, (table, place, bytes) => { rows.push({ table, place, bytes: Buffer.from(bytes) }) })
      this.read += rows.length
      return [entity, rows]
    }))
  }
  async wrongTotals(): Promise<[]> { return [] }

  /** What the sink says that the API holds of each entity, or that it is about to change it. */
  async #marks(at: pg.ClientBase | pg.Pool, entities: readonly string[]): Promise<Map<string, string>> {
    const values = [this.#it.target, this.#it.resource.model, entities], of = 'where target = $1 and model = $2 and entity = any($3::text[])'
    const { rows } = await at.query<{ entity: string; mark: string }>(`select entity, effect_key as mark from hub.entity ${of} union all select entity, 'claimed' from hub.claim ${of}`, values)
    return new Map(rows.toSorted((a, b) => Number(a.mark === 'claimed') - Number(b.mark === 'claimed')).map((it) => [it.entity, it.mark]))
  }

  /** How many bounds it is not before. */
  #bucketOf(entity: Buffer): number {
    let low = 0, high = this.#bounds.length
    while (low < high) { const middle = (low + high) >> 1; if (entity.compare(this.#bounds[middle]!) >= 0) low = middle + 1; else high = middle }
    return low
  }
}
